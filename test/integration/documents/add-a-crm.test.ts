import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, jest, test } from '@jest/globals';
import { newDirectory } from '../local/support/directory.ts';
import { runCommand } from '../local/support/stack.ts';
import { registration } from './support/add-a-crm.ts';
import { cloneInto } from './support/clone.ts';
import { addACrm } from './support/commands.ts';
import { blocksIn } from './support/documents.ts';

/** Adds a CRM as its document says, in a copy of the project: its commands as they stand there, and its table. */

// Compilers and tests, on a machine that may be busy.
jest.setTimeout(600_000);

const clone = newDirectory();
beforeAll(() => cloneInto(clone));

async function run(line: string): Promise<string> {
  const { output, exit } = runCommand('sh', ['-c', line], { cwd: clone, env: { npm_config_update_notifier: 'false' } });
  const { code } = await exit;
  if (code !== 0) throw new Error(`${line} ended with ${code}:\n${output()}`);
  return output();
}

const [copying = [], checking = []] = blocksIn(addACrm.document);

describe('1. Copy', () => {
  test.each(copying)('%s', run);
});

describe('2. Register', () => {
  test.each(registration)('$file', ({ file, changes }) => {
    const path = join(clone, file);
    const changed = changes.reduce(
      (text, [place, words]) => {
        expect(text).toMatch(place);
        return text.replace(place, words);
      },
      readFileSync(path, 'utf8'),
    );
    writeFileSync(path, changed);
  });

  test.each(checking)('%s', async (line) => {
    const printed = await run(line);
    if (line.startsWith('npm test')) expect(printed).toMatch(/^Tests: .*\b(?:[5-9]\d|\d{3}) passed/m);
  });
});
