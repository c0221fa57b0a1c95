import { execFileSync } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { beforeEach, describe, expect, jest, test } from '@jest/globals';
import { newDirectory } from './support/directory.ts';
import { eventually } from './support/eventually.ts';
import { processesOf, type Run, runProgram } from './support/stack.ts';

// Real processes, and a machine that may be busy.
jest.setTimeout(120_000);

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
    [[], 'Usage: node local/launch.mjs [--install] <file or command> [arguments]\n'],
  ])('that is none is told: %j', async (args, message) => {
    const { exit, output } = runProgram(args);
    expect([await exit, output()]).toEqual([{ code: 1, signal: null }, message]);
  });
});

describe('the packages', () => {
  /** A project with a package, and one that only its tests need, which come from archives beside it. */
  function project(version = '1.0.0'): void {
    mkdirSync(join(directory, 'local'), { recursive: true });
    for (const file of ['launch.mjs', 'packages.mjs', 'npm-install.mjs', 'steps.js', 'exit-with-parent.mjs'])
      copyFileSync(join('local', file), join(directory, 'local', file));
    const archive = (name: string) => {
      mkdirSync(join(directory, 'package'), { recursive: true });
      const manifest = { name, version, bin: { [name]: 'command.js' } };
      writeFileSync(join(directory, 'package', 'package.json'), JSON.stringify(manifest));
      writeFileSync(join(directory, 'package', 'command.js'), `console.log('${name}')`);
      execFileSync('tar', ['czf', `${name}-${version}.tgz`, 'package'], { cwd: directory });
      return { [name]: `file:${name}-${version}.tgz` };
    };
    const dependencies = archive('tiny');
    const devDependencies = archive('checker');
    const manifest = { name: 'empty', version: '1.0.0', type: 'module', dependencies, devDependencies };
    writeFileSync(join(directory, 'package.json'), JSON.stringify(manifest));
    const packages = {
      '': manifest,
      'node_modules/tiny': { version, resolved: dependencies['tiny'] },
      'node_modules/checker': { version, resolved: devDependencies['checker'], dev: true },
    };
    const lockfile = { name: 'empty', version: '1.0.0', lockfileVersion: 3, requires: true, packages };
    writeFileSync(join(directory, 'package-lock.json'), JSON.stringify(lockfile));
    writeFileSync(join(directory, 'hello.ts'), 'console.log("hello" as string);');
    writeFileSync(join(directory, 'wait.ts'), 'setInterval(() => {}, 1000); console.log("waiting");');
  }
  const launch = (...args: readonly string[]) =>
    runProgram(args, { cwd: directory, env: { npm_config_update_notifier: 'false', TEST_DIRECTORY: directory } });
  const linesOf = async (...args: readonly string[]) => {
    const { exit, output } = launch(...args);
    const { code } = await exit;
    return {
      code,
      lines: output()
        .trimEnd()
        .replaceAll(/\(\d+\.\d s\)/g, '(… s)')
        .split('\n'),
    };
  };
  const start = () => linesOf('--install', 'hello.ts');
  const installing = [
    'Installing the packages; this takes a minute, once.',
    '✓ Installed 1 packages, 0 MB (… s)',
  ] as const;
  const addingTests = [
    'Installing the packages of the tests; this takes a minute, once.',
    '✓ Installed 1 packages of the tests, 0 MB (… s)',
  ] as const;
  const versionOf = (name: string) =>
    JSON.parse(readFileSync(join(directory, 'node_modules', name, 'package.json'), 'utf8')).version;
  const installed = () => versionOf('tiny');

  test('are installed by a start if they are missing or out of date, and only then', async () => {
    project();
    expect(await start()).toEqual({ code: 0, lines: [...installing, 'hello'] });
    expect(await start()).toEqual({ code: 0, lines: ['hello'] });
    project('2.0.0');
    expect(await start()).toEqual({ code: 0, lines: [...installing, 'hello'] });
    expect(installed()).toBe('2.0.0');
    expect(await linesOf('hello.ts')).toEqual({ code: 0, lines: ['hello'] });
  });

  test('that only tests need are left out for a start, and added by what needs them, under what runs', async () => {
    project();
    const running = launch('--install', 'wait.ts');
    await eventually(() => running.output().includes('waiting'));
    expect(readdirSync(join(directory, 'node_modules')).filter((name) => !name.startsWith('.'))).toEqual(['tiny']);
    expect(await linesOf('checker')).toEqual({
      code: 1,
      lines: ['The packages are missing or out of date. Run npm ci.'],
    });
    expect(await linesOf('--install', 'checker')).toEqual({ code: 0, lines: [...addingTests, 'checker'] });
    expect(await linesOf('checker')).toEqual({ code: 0, lines: ['checker'] });
    expect(await start()).toEqual({ code: 0, lines: ['hello'] });
    running.child.kill('SIGTERM');
    await running.exit;
    // An update keeps them.
    project('2.0.0');
    expect((await start()).code).toBe(0);
    expect([versionOf('tiny'), versionOf('checker')]).toEqual(['2.0.0', '2.0.0']);
  });

  test('are not installed by any other command, which says what to run', async () => {
    project();
    const lines = ['The packages are missing or out of date. Run npm ci.'];
    expect(await linesOf('hello.ts')).toEqual({ code: 1, lines });
    expect(existsSync(join(directory, 'node_modules'))).toBe(false);
    await start();
    project('2.0.0');
    expect(await linesOf('hello.ts')).toEqual({ code: 1, lines });
    expect(installed()).toBe('1.0.0');
  });

  test('may be installed by npm start and npm test alone', () => {
    const { scripts }: { readonly scripts: Record<string, string> } = JSON.parse(readFileSync('package.json', 'utf8'));
    const installs = Object.keys(scripts).filter((name) => scripts[name]?.includes('--install'));
    expect(installs).toEqual(['start', 'test']);
    for (const file of ['cdk.json', 'cli/forwarder.mjs']) expect(readFileSync(file, 'utf8')).not.toContain('--install');
  });

  test('are installed once by two starts at a time: the other waits, and says so', async () => {
    project();
    const both = await Promise.all([start(), start()]);
    expect(both.toSorted((one, other) => String(one.lines).localeCompare(String(other.lines)))).toEqual([
      { code: 0, lines: [...installing, 'hello'] },
      { code: 0, lines: ['Waiting: another start is installing the packages.', 'hello'] },
    ]);
    expect(existsSync(join(directory, '.installing'))).toBe(false);
  });

  test('are not replaced under what runs on them', async () => {
    project();
    const running = launch('--install', 'wait.ts');
    await eventually(() => running.output().includes('waiting'));
    project('2.0.0');
    expect(await start()).toEqual({
      code: 1,
      lines: [`The packages are out of date, and process ${running.child.pid} runs on them. Stop it, and start again.`],
    });
    expect(installed()).toBe('1.0.0');
    running.child.kill('SIGTERM');
    await running.exit;
    expect(await start()).toEqual({ code: 0, lines: [...installing, 'hello'] });
  });

  test('are not installed through a link, which would empty what it points to', async () => {
    project();
    const shared = newDirectory();
    writeFileSync(join(shared, 'precious'), '');
    symlinkSync(shared, join(directory, 'node_modules'));
    for (const { code, lines } of [await start(), await linesOf('hello.ts')]) {
      expect([code, lines]).toEqual([1, [expect.stringContaining('Run npm ci')]]);
    }
    expect(readdirSync(shared)).toEqual(['precious']);
  });

  test.each(['a dead process', 'another process of that id'])('are not locked by %s', async (holder) => {
    project();
    const file = join(directory, '.installing');
    writeFileSync(file, holder === 'a dead process' ? String(2 ** 22 + 1) : String(process.pid));
    if (holder !== 'a dead process') utimesSync(file, 0, 0);
    expect(await start()).toEqual({ code: 0, lines: [...installing, 'hello'] });
  });

  test('that cannot be installed stop the start', async () => {
    project();
    writeFileSync(join(directory, 'package-lock.json'), 'no lockfile');
    const { code, lines } = await start();
    expect(code).toBe(1);
    expect(lines.at(-1)).toMatch(/^The packages could not be installed/);
    expect(existsSync(join(directory, '.installing'))).toBe(false);
  });
});
