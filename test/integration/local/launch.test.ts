import { copyFileSync, existsSync, mkdirSync, utimesSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { beforeEach, describe, expect, jest, test } from '@jest/globals';
import { newDirectory } from './support/directory.ts';
import { eventually } from './support/eventually.ts';
import { processesOf, type Run, runProgram } from './support/stack.ts';

// Real processes, and a machine that may be busy.
jest.setTimeout(30_000);

let directory: string;

beforeEach(() => {
  directory = newDirectory();
});

/** Runs a program of the given source, with this project's packages. */
function run(source: string, args: readonly string[] = []): Run {
  const file = join(directory, 'program.ts');
  writeFileSync(file, source);
  return runProgram([file, ...args], { env: { TEST_DIRECTORY: directory } });
}

describe('a program', () => {
  test('runs on Node 24 with its arguments, and its code is what counts', async () => {
    const { exit, output } = run(
      `const what: string[] = process.argv.slice(2);
       console.log(JSON.stringify({ what, version: process.version, path: process.env.PATH, execPath: process.execPath }));
       process.exit(7);`,
      ['a b', '--c'],
    );
    expect(await exit).toEqual({ code: 7, signal: null });
    const { what, version, path, execPath } = JSON.parse(output());
    expect(what).toEqual(['a b', '--c']);
    expect(version).toMatch(/^v24\./);
    expect(path.split(delimiter)[0]).toBe(dirname(execPath));
  });

  const waiting = `setInterval(() => {}, 1000); console.log('waiting');`;

  test.each(['SIGTERM', 'SIGINT'] as const)('gets a %s, and we end as it does', async (signal) => {
    const { child, exit, output } = run(waiting);
    await eventually(() => output().includes('waiting'));
    child.kill(signal);
    expect(await exit).toEqual({ code: null, signal });
    expect(processesOf(directory)).toEqual([]);
  });

  test('decides itself what a signal means', async () => {
    const { child, exit, output } = run(`process.on('SIGINT', () => process.exit(0)); ${waiting}`);
    await eventually(() => output().includes('waiting'));
    child.kill('SIGINT');
    expect(await exit).toEqual({ code: 0, signal: null });
  });

  test('ends when we are killed', async () => {
    const { child, output } = run(waiting);
    await eventually(() => output().includes('waiting'));
    child.kill('SIGKILL');
    await eventually(() => processesOf(directory).length === 0);
  });

  test('may be a command of a package', async () => {
    const { exit, output } = runProgram(['tsc', '--version']);
    expect([await exit, output()]).toEqual([{ code: 0, signal: null }, expect.stringMatching(/^Version 7/)]);
  });

  test.each([
    [['no-such-command'], 'There is no file and no command "no-such-command" here.\n'],
    [[], 'Usage: node local/launch.mjs <file or command> [arguments]\n'],
  ])('that is none is told: %j', async (args, message) => {
    const { exit, output } = runProgram(args);
    expect([await exit, output()]).toEqual([{ code: 1, signal: null }, message]);
  });
});

describe('the packages', () => {
  /** A project with nothing to download. */
  function project(lockfile: string): void {
    mkdirSync(join(directory, 'local'));
    for (const file of ['launch.mjs', 'exit-with-parent.mjs'])
      copyFileSync(join('local', file), join(directory, 'local', file));
    writeFileSync(join(directory, 'package.json'), '{"name": "empty", "version": "1.0.0", "type": "module"}');
    writeFileSync(join(directory, 'package-lock.json'), lockfile);
    writeFileSync(join(directory, 'hello.ts'), 'console.log("hello" as string);');
  }
  const lockfile = JSON.stringify({
    name: 'empty',
    version: '1.0.0',
    lockfileVersion: 3,
    requires: true,
    packages: { '': { name: 'empty', version: '1.0.0' } },
  });
  const start = async () => {
    const { exit, output } = runProgram(['hello.ts'], { cwd: directory, env: { npm_config_update_notifier: 'false' } });
    const { code } = await exit;
    return { code, lines: output().trimEnd().split('\n') };
  };

  test('are installed where they are missing or out of date, and only then', async () => {
    project(lockfile);
    const installing = expect.stringContaining('Installing the packages');
    // npm writes its lockfile only where there are packages, so this stands for one that did.
    const installed = join(directory, 'node_modules', '.package-lock.json');
    expect(await start()).toEqual({ code: 0, lines: [installing, 'hello'] });
    mkdirSync(dirname(installed), { recursive: true });
    writeFileSync(installed, lockfile);
    expect(await start()).toEqual({ code: 0, lines: ['hello'] });
    utimesSync(installed, 0, 0);
    expect(await start()).toEqual({ code: 0, lines: [installing, 'hello'] });
    expect(existsSync(join(directory, 'package-lock.json'))).toBe(true);
  });

  test('that cannot be installed stop the start', async () => {
    project('no lockfile');
    const { code, lines } = await start();
    expect(code).toBe(1);
    expect(lines.at(-1)).toMatch(/^The packages could not be installed/);
  });
});
