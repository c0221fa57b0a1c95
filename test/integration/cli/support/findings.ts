import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Result } from './forwarder.ts';

/** The findings as they are shown, without what differs from run to run. */
export const told = ({ stdout }: Result) =>
  stdout
    .trimEnd()
    .split('\n')
    .map((line) => line.replaceAll(/127\.0\.0\.1:\d+|\/\S+\//g, '…'));

/** In one line, however it was broken. */
export const flat = ({ stdout }: Result) => stdout.replaceAll(/\s+/g, ' ');

/** A configuration of its own, as the commands find it. */
export function writeConfig(directory: string, name: string, config: unknown): NodeJS.ProcessEnv {
  const file = join(directory, name);
  writeFileSync(file, JSON.stringify(config));
  return { FORWARDER_CONFIG: file };
}
