import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { ConfigError, loadWithExpressions } from '../../../infra/config/load.ts';

const folder = mkdtempSync(join(tmpdir(), 'forwarder-mistakes-'));
afterAll(() => rmSync(folder, { recursive: true }));
export const path = join(folder, 'forwarder.json');

export async function errorFor(text: string): Promise<ConfigError> {
  writeFileSync(path, text);
  const error = await loadWithExpressions(path).catch((thrown: unknown) => thrown);
  if (error instanceof ConfigError) return error;
  throw new Error(`No mistake was found in ${text}`, { cause: error });
}

export const to = (destination: string) => `{ "destinations": [${destination}] }`;
export const hubspot = (settings: string) => to(`{ "name": "crm", "adapter": "hubspot", ${settings} }`);
export const when = (expression: string) => hubspot(`"when": ${JSON.stringify(expression)}`);

/** A mistake, what a person wrote, with «…» around what is marked as wrong, and what the person is told. */
export type Mistake = readonly [what: string, written: string, told: string];

export const testMistakes = (mistakes: readonly Mistake[]) =>
  test.each(mistakes)('%s', async (_what, written, told) => {
    const [before = '', marked = '', after = ''] = written.split(/[«»]/);
    const lines = before.split('\n');
    const { mistakes } = await errorFor(before + marked + after);
    expect(mistakes.map(({ text }) => text)).toEqual([told]);
    expect(mistakes).toMatchObject([{ line: lines.length, column: (lines.at(-1)?.length ?? 0) + 1 }]);
    expect(mistakes[0]?.excerpt[1].replace(/[^^]/g, '')).toHaveLength(Math.max(1, marked.length));
  });
