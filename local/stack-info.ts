import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Endpoints } from './lib/settings.ts';
import type { State } from './lib/state.ts';

/** The template's outputs that the CLI needs, on AWS and here. */
export const outputNames = [
  'HookUrl',
  'HookKeyDigests',
  'HookKeySecretArn',
  'DestinationSecrets',
  'QueueUrl',
  'DeadLetterQueueUrl',
  'TableName',
  'ErasureTableName',
] as const;

/** The outputs that only a stack with a second source has. */
export const apiOutputNames = [
  'ApiTokenSecretArn',
  'WebhooksSecretArn',
  'FetchQueueUrl',
  'FetchDeadLetterQueueUrl',
] as const;

export type Outputs = Readonly<Record<(typeof outputNames)[number], string>> &
  Readonly<Partial<Record<(typeof apiOutputNames)[number], string>>>;

export type StackInfo = {
  readonly outputs: Outputs;
  readonly endpoints: Endpoints;
  readonly configFile: string;
  /** Answers 200 while the stack is healthy. */
  readonly healthUrl: string;
};

const fileName = 'deployment.json';

/** Writes the stack info, and returns a function that removes it. A killed stack leaves it behind. */
export function publishStackInfo(state: Pick<State, 'path'>, stackInfo: StackInfo): () => void {
  const file = state.path(fileName);
  // Atomic, and readable by its owner only, since it holds the servers' access key.
  writeFileSync(`${file}.new`, `${JSON.stringify(stackInfo, null, 2)}\n`, { mode: 0o600 });
  renameSync(`${file}.new`, file);
  return () => rmSync(file, { force: true });
}

/** Reads the stack info in a state directory; undefined if there is none. */
export function readStackInfo(dataDirectory: string): StackInfo | undefined {
  try {
    return JSON.parse(readFileSync(join(dataDirectory, fileName), 'utf8'));
  } catch {
    return undefined;
  }
}
