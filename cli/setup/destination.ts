import { destinationName } from '../../lambda/crm/settings.ts';
import { UsageError } from '../errors.ts';
import type { Asker } from '../terminal/ask.ts';
import { dim, note } from '../terminal/output.ts';
import { wrapped } from '../terminal/wrap.ts';
import type { ConfigFile, Draft } from './config-file.ts';
import { type Crm, crmOf, crms, type SettingSchema } from './crms.ts';
import { checkSetting, readAssignments, readSetting } from './setting.ts';

/** The flags that say what the destination is to be. */
export type DestinationFlags = {
  readonly crm?: string;
  readonly name?: string;
  readonly set?: readonly string[];
  readonly add?: true;
  readonly replace?: string;
};

export type Plan = { readonly crm: Crm; readonly draft: Draft; readonly replaces: string | undefined };

/** Asks which CRM it is, and all that its adapter must know. */
export async function planDestination(file: ConfigFile, flags: DestinationFlags, ask: Asker): Promise<Plan> {
  const replaces = await whichToReplace(file, flags, ask);
  const before = file.config.destinations.find(({ name }) => name === replaces);
  const adapter = await ask.choose({
    message: 'Which CRM do your chats go to',
    flag: `--crm <${crms.map((each) => each.adapter).join('|')}>`,
    given: flags.crm,
    choices: crms.map(({ adapter, description }) => ({ value: adapter, description: `${adapter}: ${description}` })),
    // A default is for who looks at it: a script has to say what it means.
    ...(ask.isInteractive && before && { fallback: before.adapter }),
  });
  const crm = crmOf(adapter);
  if (crm === undefined) throw new UsageError(`There is no adapter for ${adapter}.`);
  const others = file.destinations.filter((name) => name !== replaces);
  const name = await ask.text({
    message: 'Your own name for it, kept for good',
    flag: '--name <name>',
    given: flags.name,
    fallback: before?.adapter === adapter ? before.name : freeName(adapter, others),
    check: (text) => (others.includes(text) ? 'That name is taken.' : checkSetting(destinationName, text)),
  });
  const assigned = readAssignments(crm, flags.set ?? []);
  const known = before?.adapter === adapter ? { ...before, ...assigned } : assigned;
  const required = await askSettings(crm, { assigned, known }, ask);
  return { crm, draft: { name, adapter: crm.adapter, ...required, ...assigned }, replaces };
}

/** The same settings, asked for again with what they are now. */
export async function askAgain({ crm, draft, ...plan }: Plan, ask: Asker): Promise<Plan> {
  return { ...plan, crm, draft: { ...draft, ...(await askSettings(crm, { assigned: {}, known: draft }, ask)) } };
}

type Known = {
  /** What the flags say: not asked for. */
  readonly assigned: Readonly<Record<string, unknown>>;
  /** What it is, or was. */
  readonly known: Readonly<Record<string, unknown>>;
};

async function askSettings(
  crm: Crm,
  { assigned, known }: Known,
  ask: Asker,
): Promise<Readonly<Record<string, unknown>>> {
  const settings: Record<string, unknown> = {};
  for (const name of crm.required.filter((each) => !Object.hasOwn(assigned, each))) {
    const schema = crm.settings[name] ?? {};
    if (ask.isInteractive) explain(schema);
    const question = {
      message: name,
      flag: `--set ${name}=…`,
      fallback: known[name] === undefined ? undefined : String(known[name]),
      check: (text: string) => checkSetting(schema, text),
    };
    const text =
      schema.enum === undefined
        ? await ask.text(question)
        : await ask.choose({ ...question, choices: schema.enum.map((value) => ({ value: String(value) })) });
    const reading = readSetting(schema, text);
    settings[name] = 'value' in reading ? reading.value : text;
  }
  return settings;
}

/** Above the question, since it may be long. */
const explain = ({ description = '' }: SettingSchema) => note(wrapped(description).map(dim).join('\n'));

async function whichToReplace(
  { destinations }: ConfigFile,
  flags: DestinationFlags,
  ask: Asker,
): Promise<string | undefined> {
  if (flags.replace !== undefined && !destinations.includes(flags.replace)) {
    const known = destinations.join(', ') || 'none';
    throw new UsageError(`--replace: there is no destination ${JSON.stringify(flags.replace)} (there is: ${known}).`);
  }
  if (flags.replace !== undefined || flags.add || destinations.length === 0) return flags.replace;
  const choice = await ask.choose({
    message: `Chats go to ${destinations.join(', ')} already. What do you want`,
    flag: `--add, or --replace <${destinations.join('|')}>`,
    choices: [
      { value: '', name: 'Add another destination' },
      ...destinations.map((name) => ({ value: name, name: `Set up ${name} anew` })),
    ],
  });
  return choice === '' ? undefined : choice;
}

function freeName(adapter: string, taken: readonly string[]): string {
  const names = [adapter, ...taken.map((_, index) => `${adapter}-${index + 2}`)];
  return names.find((name) => !taken.includes(name)) ?? adapter;
}
