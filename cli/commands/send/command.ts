import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { buffer } from 'node:stream/consumers';
import type { Command } from 'commander';
import { type Deployment, openDeployment } from '../../lib/deployment/deployment.ts';
import { CliError, exitCodes } from '../../lib/terminal/errors.ts';
import { whenInterruptedSay } from '../../lib/terminal/interrupt.ts';
import { example, jsonOption } from '../../lib/options.ts';
import { sampleOption, samplesNamed } from '../../lib/samples.ts';
import { printable } from '../../lib/terminal/escape.ts';
import { note, print, printJson } from '../../lib/terminal/output.ts';

type Options = { readonly sample?: readonly string[]; readonly json?: true };

type Letter = { readonly name: string; readonly body: Uint8Array };
type Answer = { readonly name: string; readonly status: number; readonly answer: unknown };

/** Of a chat as most are. */
const usualSample = 'answered';

/** Longer than the front door keeps anybody waiting. */
const patience = 35_000;

export function send(program: Command): void {
  program
    .command('send')
    .description(
      'Posts chats to the hook just as Smartsupp does, and prints what it answers. Without arguments, a sample.',
    )
    .argument('[files...]', 'bodies to post as they are; - for what comes by a pipe')
    .addOption(sampleOption(`one of ours, as a new chat; ${usualSample} where nothing else is said`))
    .addOption(jsonOption())
    .addHelpText('after', example('send', 'a chat that was answered and rated'))
    .action(async (files: readonly string[], { sample, json }: Options, command: Command) => {
      const wanted = sample ?? (files.length === 0 ? [usualSample] : []);
      const letters = [...(await Promise.all(files.map(read))), ...sampleLetters(wanted)];
      const deployment = await openDeployment(command);
      const hookUrl = await deployment.hookUrl();
      const answers: Answer[] = [];
      whenInterruptedSay('Stopped. What the hook has answered is on its way; one more may be.');
      for (const letter of letters) {
        const answer = await post(hookUrl, letter);
        answers.push(answer);
        if (!json) print(lineOf(answer, deployment));
      }
      if (json) printJson(answers);
      // The URL is ours, so that nobody has mistyped it.
      if (answers.some(({ status }) => status === 404)) {
        note(`Its key is not valid, or not yet: ${deployment.commandLine('doctor')} says what to do.`);
      }
      if (answers.some(({ status }) => status !== 200)) process.exitCode = exitCodes.failed;
    });
}

async function read(file: string): Promise<Letter> {
  if (file === '-') {
    if (process.stdin.isTTY) note('Paste the body, and end it with Ctrl-D on a line of its own.');
    return { name: 'standard input', body: await buffer(process.stdin) };
  }
  const body = await readFile(file).catch((error: unknown) => {
    throw new CliError(`Cannot read ${file}: ${error instanceof Error ? error.message : String(error)}`);
  });
  return { name: basename(file), body };
}

const sampleLetters = (wanted: readonly string[]): readonly Letter[] =>
  samplesNamed(wanted).map(({ name, body }) => ({ name, body: Buffer.from(body) }));

async function post(hookUrl: string, { name, body }: Letter): Promise<Answer> {
  try {
    const headers = { 'content-type': 'application/json' };
    const signal = AbortSignal.timeout(patience);
    const response = await fetch(hookUrl, { method: 'POST', headers, body: Buffer.from(body), signal });
    const text = await response.text();
    return { name, status: response.status, answer: parse(text) };
  } catch (error) {
    // Without the path, which is a secret.
    const { origin } = new URL(hookUrl);
    const why = error instanceof Error ? error.message : String(error);
    throw new CliError(
      `The hook at ${origin} does not answer (${why}). Does the deployment exist, and is this machine online?`,
    );
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function lineOf({ name, status, answer }: Answer, { commandLine }: Deployment): string {
  const { conversationId, detail, errors, rejectedId } = Object(answer);
  const head = `${printable(name)}  ${status}`;
  if (status === 200) return `${head}  accepted. ${commandLine(`show ${printable(String(conversationId))}`)}`;
  const faults: readonly unknown[] = Array.isArray(errors) ? errors : [];
  const lines = faults.map(
    (fault) => `  ${printable(String(Object(fault).pointer || '/'))} ${printable(String(Object(fault).detail))}`,
  );
  const kept =
    rejectedId === undefined ? [] : [`  It is kept. ${commandLine(`show ${printable(String(rejectedId))}`)}`];
  return [`${head}  ${printable(String(detail ?? JSON.stringify(answer)))}`, ...lines, ...kept].join('\n');
}
