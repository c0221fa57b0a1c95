import { text as readText } from 'node:stream/consumers';
import { readSettings } from '../../../local/settings.ts';
import { UsageError } from '../terminal/errors.ts';
import type { Asker } from '../terminal/ask.ts';
import { dim, note } from '../terminal/output.ts';
import type { Crm } from './crms.ts';
import { variableOf } from './env-file.ts';

type Wanted = {
  /** The destination's name. */
  readonly name: string;
  readonly crm: Crm;
  readonly ask: Asker;
  readonly fromStdin: boolean;
  /** Whether those that are to be given are others than what is set here: Enter is no answer for the old ones. */
  readonly isAnew?: true;
};

/**
 * A destination's secret, in the form in which it is stored: from standard input, from the environment or `.env`, or
 * asked for. Never from an argument, which other programs on this machine could read.
 * @returns undefined where there is none, and nobody to ask
 */
export async function obtainSecret({ name, crm, ask, fromStdin, isAnew }: Wanted): Promise<string | undefined> {
  if (fromStdin) return readStdin();
  const present = readSettings(process.env, process.cwd()).secret(name);
  const fallback = !(ask.isInteractive && isAnew);
  const question = { message: `${variableOf(name)} is set here. Use it`, flag: '--yes', fallback };
  if (present !== undefined && (await ask.confirm(question))) return present.trim();
  return ask.isInteractive ? askForSecret({ crm, ask }) : undefined;
}

/** Asks for each value that the CRM gives out, with where it is to be found. */
export async function askForSecret({ crm, ask }: Pick<Wanted, 'crm' | 'ask'>): Promise<string> {
  const { secret } = crm;
  if (secret.kind !== 'fields') {
    if (secret.kind === 'token') note(dim(secret.where));
    return ask.hidden({ message: secret.label });
  }
  const values: Record<string, string> = {};
  for (const [name, { label, where, isPublic }] of Object.entries(secret.fields)) {
    note(dim(where));
    values[name] = await (isPublic
      ? ask.text({ message: label, flag: '--secret-stdin', check })
      : ask.hidden({ message: label }));
  }
  return JSON.stringify(values);
}

const check = (text: string) => text.trim() !== '' || 'It cannot be left out.';

async function readStdin(): Promise<string> {
  if (process.stdin.isTTY) throw new UsageError('--secret-stdin takes what comes by a pipe, and this is a terminal.');
  const secret = (await readText(process.stdin)).trim();
  if (secret === '') throw new UsageError('Nothing came by standard input.');
  return secret;
}
