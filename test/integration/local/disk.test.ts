import { spawnSync } from 'node:child_process';
import { closeSync, mkdirSync, openSync, rmSync, symlinkSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, describe, expect, jest, test } from '@jest/globals';
import { explainNoRoom } from '../../../local/lib/errors.ts';
import { openLogs } from '../../../local/lib/logs.ts';
import { minFreeBytes, watchDisk } from '../../../local/lib/state.ts';
import { newDirectory } from './support/directory.ts';
import { eventually } from './support/eventually.ts';
import { type LocalStack, processesOf, type Run, runCommand, startLocalStack } from './support/stack.ts';

// Real processes, and a machine that may be busy.
jest.setTimeout(120_000);

/** A disk of its own without an administrator's rights: a mount that only these processes see. Linux only. */
const onSmallDisk = (megabytes: number, ...command: readonly string[]): readonly string[] => [
  '-Urm',
  'sh',
  '-c',
  `mkdir -p "$FORWARDER_DATA" && mount -t tmpfs -o size=${megabytes}m tmpfs "$FORWARDER_DATA" && exec "$@"`,
  'sh',
  ...command,
];
const canMount = () => {
  const env = { ...process.env, FORWARDER_DATA: newDirectory() };
  return spawnSync('unshare', onSmallDisk(1, 'true'), { env }).status === 0;
};
const describeOnSmallDisk = canMount() ? describe : describe.skip;
if (describeOnSmallDisk === describe.skip) {
  process.stdout.write('No user namespaces here: the tests on a full disk are left out.\n');
}

describeOnSmallDisk('a full disk', () => {
  const directory = newDirectory();
  const startOn =
    (megabytes: number) =>
    (env: NodeJS.ProcessEnv): Run =>
      runCommand(
        'unshare',
        onSmallDisk(megabytes, process.execPath, resolve('local/launch.mjs'), resolve('local/start.ts')),
        { cwd: tmpdir(), env: { PORT: '0', FORWARDER_CONFIG: resolve('test/fixtures/forwarder.demo.json'), ...env } },
      );
  let stack: LocalStack | undefined;
  afterAll(async () => {
    stack?.child.kill('SIGKILL');
    await eventually(() => processesOf(directory).length === 0);
  });

  test('keeps the stack from starting, with one line', async () => {
    const { exit, output } = startOn(8)({ FORWARDER_DATA: directory });
    expect((await exit).code).toBe(1);
    expect(output()).toMatch(
      /^There is no room on the disk of .*: \d MB are free, and 32 MB are needed\. Free some.*\n$/,
    );
  });

  test('is survived: hooks are answered 503 and a line says so, until there is room', async () => {
    const running = await startLocalStack(directory, {}, startOn(96));
    stack = running;
    const post = async (id: number) => {
      const body = JSON.stringify({ accountId: 208, channel: { id, isMissed: true }, visitor: { email: 'a@b.cz' } });
      return (await fetch(running.hookUrl, { method: 'POST', body })).status;
    };
    expect(await post(1)).toBe(200);
    const filler = join(`/proc/${running.child.pid}/root`, directory, 'filler');
    fill(filler);
    await eventually(async () => (await post(2)) === 503);
    // Long enough for each process to write something.
    await sleep(3000);
    expect(await post(3)).toBe(503);
    expect(running.output().match(/^No room on the disk of .*: hooks are answered 503/gm)).toHaveLength(1);

    rmSync(filler);
    await eventually(async () => (await post(4)) === 200, 30_000);
    await eventually(() => running.output().includes('208:4  delivered to demo'), 60_000);
    expect(running.output()).not.toMatch(/^\s+at /m);
  });
});

/** Writes until nothing more fits. */
function fill(file: string): void {
  const opened = openSync(file, 'w');
  try {
    for (let size = 2 ** 20; size >= 1; size /= 2) {
      const bytes = Buffer.alloc(size);
      try {
        for (;;) writeSync(opened, bytes);
      } catch (error) {
        if (Object(error).code !== 'ENOSPC') throw error;
      }
    }
  } finally {
    closeSync(opened);
  }
}

test('a log on a full disk ends nothing, and is written again when there is room', async () => {
  const directory = newDirectory();
  mkdirSync(join(directory, 'logs'));
  const file = join(directory, 'logs', 'stack.log');
  // Every write to it fails with ENOSPC.
  symlinkSync('/dev/full', file);
  const log = openLogs(join(directory, 'logs'), () => {})('stack');
  log('lost\n');
  await sleep(100);
  log('lost as well\n');
  rmSync(file);
  await eventually(() => {
    log('kept\n');
    return spawnSync('grep', ['-c', 'kept', file]).status === 0;
  });
});

test('a line is printed when the disk becomes full and one when it has room, not more', async () => {
  jest.useFakeTimers();
  try {
    let free = minFreeBytes;
    const printed: string[] = [];
    const { hasRoom, stop } = watchDisk(
      '/data',
      (line) => printed.push(line),
      () => free,
    );
    const after = (bytes: number) => {
      free = bytes;
      jest.advanceTimersByTime(2000);
      return [hasRoom(), printed.length];
    };
    expect([after(minFreeBytes), after(0), after(1), after(minFreeBytes), after(minFreeBytes)]).toEqual([
      [true, 0],
      [false, 1],
      [false, 1],
      [true, 2],
      [true, 2],
    ]);
    stop();
  } finally {
    jest.useRealTimers();
  }
});

test.each([
  [
    'Error: ENOSPC: no space left on device, write\n    at writeSync (node:fs:1)\n',
    'ENOSPC: no space left on device, write',
  ],
  ['Error: database or disk is full\n    at prepare', 'database or disk is full'],
])('a start that fails for want of room says so in one line: %j', (text, reason) => {
  expect(explainNoRoom(text)).toBe(`There is no room on the disk (${reason}). Free some, and start again.`);
  expect(explainNoRoom('Error: another')).toBeUndefined();
});
