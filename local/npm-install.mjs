/** Installs packages with npm, and shows how far it is. Plain JavaScript, since no package is there yet. */
import { spawn } from 'node:child_process';
import { existsSync, lstatSync, readdirSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createSteps } from './steps.js';

const windows = process.platform === 'win32';
const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/**
 * Installs what package-lock.json has, without the tests' packages or with them. `isAddition`: what is there stays.
 * Returns the message for the user if it fails.
 */
export async function npmInstall({ root, paths, withTests, isAddition }) {
  const what = isAddition ? 'packages of the tests' : 'packages';
  const steps = createSteps(process.stderr);
  steps.print(`Installing the ${what}; this takes a minute, once.`);
  const present = () => paths.filter((path) => existsSync(join(root, path, 'package.json'))).length;
  const step = steps.begin(`Installing the ${what}`, () => `${present()} of ${paths.length}`);
  // `npm ci` empties node_modules first.
  const options = isAddition ? ['install', '--no-save'] : ['ci'];
  const code = await npm(
    [...options, '--loglevel=error', withTests ? '--include=dev' : '--omit=dev', '--include=optional'],
    root,
  );
  if (code === 0) {
    const bytes = paths.reduce((sum, path) => sum + sizeOf(join(root, path)), 0);
    step.done(`Installed ${present()} ${what}, ${Math.round(bytes / 1e6)} MB`);
    return undefined;
  }
  steps.abandon();
  if (code === undefined) return 'npm was not found. Install Node 24 from https://nodejs.org, which brings it.';
  return 'The packages could not be installed (see above). Fix that, or run "npm ci" by hand.';
}

/** Returns npm's exit code; undefined if it was not found. */
async function npm(args, cwd) {
  const script = findNpm();
  const options = { cwd, stdio: ['ignore', 'ignore', 'inherit'] };
  // On Windows npm is a batch file, which needs a shell.
  const child = script
    ? spawn(process.execPath, [script, ...args], options)
    : spawn('npm', args, { ...options, shell: windows });
  // npm must not go on without the lock.
  const stop = () => child.kill();
  for (const signal of signals) process.on(signal, stop);
  const code = await new Promise((resolve) => {
    child.once('error', () => resolve(undefined));
    // Null if a signal ended it.
    child.once('exit', (code) => resolve(code ?? 1));
  });
  for (const signal of signals) process.off(signal, stop);
  return code;
}

function findNpm() {
  const { npm_execpath: running = '' } = process.env;
  const home = dirname(realpathSync(process.execPath));
  const candidates = [
    ...(/npm-cli\.c?js$/.test(running) ? [running] : []),
    join(home, 'node_modules/npm/bin/npm-cli.js'),
    join(home, '../lib/node_modules/npm/bin/npm-cli.js'),
  ];
  return candidates.find((file) => existsSync(file));
}

/** In bytes, without the packages inside it, which count by themselves. */
function sizeOf(path) {
  const stats = lstatSync(path, { throwIfNoEntry: false });
  if (!stats?.isDirectory()) return stats?.size ?? 0;
  return readdirSync(path)
    .filter((name) => name !== 'node_modules')
    .reduce((sum, name) => sum + sizeOf(join(path, name)), 0);
}
