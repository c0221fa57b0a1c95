import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { spawnNode } from '../../../local/lib/processes.ts';

/** Numbers by name: what a child has measured, round by round. */
export type Numbers = Readonly<Record<string, readonly number[]>>;

type ChildOptions = {
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly nodeOptions?: readonly string[];
};

/** Measures in a process of its own, one of `children/`, which prints nothing but what it is about. */
export async function measureInChild(script: string, { args = [], env = {}, nodeOptions = [] }: ChildOptions = {}) {
  const { child, output } = spawnNode(join(import.meta.dirname, '../children', script), {
    cwd: process.cwd(),
    env: { ...process.env, ...env },
    args,
    nodeOptions,
  });
  const [, errors] = output.map((stream) => text(stream));
  const exit = once(child, 'exit');
  let measured: unknown;
  child.once('message', (message) => {
    measured = message;
    child.disconnect();
  });
  const [code] = await exit;
  if (!isNumbers(measured)) throw new Error(`${script} ended with ${code} and no numbers:\n${await errors}`);
  return measured;
}

/** The child's half: tells what was measured, and ends. */
export const tell = (numbers: Numbers) => process.send?.(numbers, () => process.exit());

const isNumbers = (value: unknown): value is Numbers =>
  typeof value === 'object' &&
  value !== null &&
  Object.values(value).every((list) => Array.isArray(list) && list.every((each) => typeof each === 'number'));
