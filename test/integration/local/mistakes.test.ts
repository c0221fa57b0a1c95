import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, jest, test } from '@jest/globals';
import { createForwarder } from '../cli/support/forwarder.ts';
import { newDirectory } from './support/directory.ts';
import { runStart } from './support/stack.ts';

// Real processes, and a machine that may be busy.
jest.setTimeout(120_000);

const directory = newDirectory();
const file = join(directory, 'mine.json');
const hubspot = { name: 'sales', adapter: 'hubspot' };

async function npmStart(): Promise<string> {
  const { exit, output } = runStart({ FORWARDER_DATA: newDirectory(), FORWARDER_CONFIG: file });
  expect((await exit).code).toBe(1);
  return output();
}

const cdkSynth = (): Promise<string> =>
  new Promise((resolve) => {
    const env = { ...process.env, FORWARDER_CONFIG: file, CDK_OUTDIR: join(directory, 'cdk.out') };
    execFile(process.execPath, ['infra/app.ts'], { env }, (_error, _stdout, stderr) => resolve(stderr));
  });

/** Its findings, not broken into lines. */
async function doctor(): Promise<string> {
  const env = { FORWARDER_CONFIG: file };
  const { stdout } = await createForwarder(directory)(['doctor', '--local', '--json'], { env });
  const { findings }: { findings: readonly { readonly text: string; readonly remedy?: string }[] } = JSON.parse(stdout);
  return findings.map(({ text, remedy }) => `${text} ${remedy}`).join('\n');
}

test.each([
  [
    'in its JSON',
    '{\n  "destinations": [],\n}',
    ['It is not JSON: a comma after the last entry. Take it out.', `${file}:3:1`],
  ],
  [
    'against its schema',
    JSON.stringify({ colour: 1, destinations: [{ name: 'sales', adapter: 'lotus' }] }),
    ['/colour: there is no such setting here. Use one of: ', '/destinations/0/adapter: there is no adapter "lotus".'],
  ],
  [
    'in an expression',
    JSON.stringify({ destinations: [{ ...hubspot, when: 'visitor.email = = 1' }] }),
    ['/destinations/0/when: The symbol "=" cannot be used as a unary operator (at position 17,', `${file}:1:78`],
  ],
])(
  'a mistake %s is told in the same words, with the file and the place, wherever it is found',
  async (_what, text, words) => {
    writeFileSync(file, text);
    for (const told of [await npmStart(), await cdkSynth(), await doctor()]) {
      for (const each of words) expect(told).toContain(each);
      expect(told).toContain(file);
      expect(told).not.toMatch(/\n\s+at /);
    }
  },
);
