import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Endpoints } from './lib/settings.ts';
import type { State } from './lib/state.ts';

/** The template's outputs by which an operator's commands find the parts, on AWS and here. */
export const outputNames = [
  'HookUrl',
  'HookKeyDigests',
  'HookKeySecretArn',
  'DestinationSecrets',
  'QueueUrl',
  'DeadLetterQueueUrl',
  'TableName',
] as const;

export type Outputs = Readonly<Record<(typeof outputNames)[number], string>>;

/** Where the running stack is, for the operator's commands. */
export type StackInfo = {
  readonly outputs: Outputs;
  readonly endpoints: Endpoints;
  /** The user's own configuration. */
  readonly configFile: string;
  /** Answers 200 as long as this is true. */
  readonly healthUrl: string;
};

const fileName = 'deployment.json';

/** Leaves word in the state directory; answers how to take it back. A stack that is killed leaves it behind. */
export function publishStackInfo(state: Pick<State, 'path'>, stackInfo: StackInfo): () => void {
  const file = state.path(fileName);
  // Whole or not at all, and for nobody else on this machine: the queue's and the table's ports ask for no credentials.
  writeFileSync(`${file}.new`, `${JSON.stringify(stackInfo, null, 2)}\n`, { mode: 0o600 });
  renameSync(`${file}.new`, file);
  return () => rmSync(file, { force: true });
}

/** What the stack on this state directory has announced; undefined where there is nothing. */
export function readStackInfo(dataDirectory: string): StackInfo | undefined {
  try {
    return JSON.parse(readFileSync(join(dataDirectory, fileName), 'utf8'));
  } catch {
    return undefined;
  }
}
