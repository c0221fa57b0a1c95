import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { samplesNamed } from '../../local/demo/samples/samples.ts';
import type { Deployment, Invocation } from '../lib/deployment/deployment.ts';
import { CliError, exitCodes, networkErrorOf } from '../lib/terminal/errors.ts';
import { setInterruptMessage } from '../lib/terminal/interrupt.ts';
import { jsonOrText, note, print, printable, printJson } from '../lib/terminal/output.ts';

type NamedBody = { readonly name: string; readonly body: Uint8Array };
type Answer = { readonly name: string; readonly status: number; readonly answer: unknown };

const usualSample = 'answered';

const timeoutMs = 35_000;

type Options = { readonly sample: readonly string[]; readonly json: boolean };

export async function send({
  args: files,
  options: { sample, json },
  openDeployment,
}: Invocation<Options>): Promise<void> {
  const samples = sample.length + files.length === 0 ? [usualSample] : sample;
  const bodies = [...(await Promise.all(files.map(read))), ...sampleBodies(samples)];
  const deployment = await openDeployment();
  const hookUrl = await deployment.hookUrl();
  const answers: Answer[] = [];
  setInterruptMessage('Stopped. The answered chats are on their way; one more may be.');
  for (const body of bodies) {
    const answer = await post(hookUrl, body);
    answers.push(answer);
    if (!json) print(lineOf(answer, deployment));
  }
  if (json) printJson(answers);
  if (answers.some(({ status }) => status === 404)) {
    note(`Its key is not valid, or not yet: ${deployment.commandLine('doctor')} says what to do.`);
  }
  if (answers.some(({ status }) => status !== 200)) process.exitCode = exitCodes.failed;
}

async function read(file: string): Promise<NamedBody> {
  if (file === '-') {
    if (process.stdin.isTTY) note('Paste the body, and end it with Ctrl-D on a line of its own.');
    return { name: 'standard input', body: await buffer(process.stdin) };
  }
  const body = await readFile(file).catch((error: unknown) => {
    throw new CliError(`Cannot read ${file}: ${error instanceof Error ? error.message : String(error)}`);
  });
  return { name: basename(file), body };
}

const sampleBodies = (wanted: readonly string[]): readonly NamedBody[] =>
  samplesNamed(wanted).map(({ name, body }) => ({ name, body: Buffer.from(body) }));

async function post(hookUrl: string, { name, body }: NamedBody): Promise<Answer> {
  try {
    const headers = { 'content-type': 'application/json' };
    const signal = AbortSignal.timeout(timeoutMs);
    const response = await fetch(hookUrl, { method: 'POST', headers, body: Buffer.from(body), signal });
    const text = await response.text();
    return { name, status: response.status, answer: jsonOrText(text) };
  } catch (error) {
    // Without the path, which holds the key.
    const { origin } = new URL(hookUrl);
    throw new CliError(
      `The hook at ${origin} does not answer (${networkErrorOf(error)}). Does the deployment exist, and is this machine online?`,
    );
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
