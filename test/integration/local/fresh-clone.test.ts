import { globSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { cloneInto } from '../documents/support/clone.ts';
import { newDirectory } from './support/directory.ts';
import { runProgram, startLocalStack } from './support/stack.ts';

test('npm start works in a fresh clone, in which nothing was compiled yet', async () => {
  const clone = newDirectory();
  cloneInto(clone);
  for (const file of globSync('{infra,lambda}/**/*.generated.js', { cwd: clone })) rmSync(join(clone, file));
  rmSync(join(clone, 'node_modules/.cache'), { recursive: true, force: true });
  const { child, exit, pageUrl } = await startLocalStack(join(clone, '.local'), {}, (env) =>
    runProgram(['local/start.ts'], { cwd: clone, env: { ...env, PORT: '0' } }),
  );
  expect((await fetch(pageUrl)).status).toBe(200);
  child.kill('SIGTERM');
  expect(await exit).toEqual({ code: 0, signal: null });
}, 200_000);
