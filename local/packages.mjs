/**
 * The packages in node_modules. They must be those of package-lock.json, and nobody may replace them under a running
 * stack, which would lose its Node.js.
 */
import { spawn } from 'node:child_process';
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('..', import.meta.url));
export const modules = join(root, 'node_modules');
export const windows = process.platform === 'win32';

/** Held by the one that installs. Not in node_modules, which npm empties. */
const installing = join(root, '.installing');
/** One file for each program that runs on these packages, by its process id. */
const running = join(modules, '.running');

/** The message says what to do. */
export class PackagesError extends Error {}

/** Throws PackagesError if the packages are missing or out of date. */
export function requirePackages() {
  if (isHeld(installing)) throw new PackagesError('The packages are being installed. Try again in a minute.');
  if (!isInstalledSince() && !isInstalled())
    throw new PackagesError('The packages are missing or out of date. Run npm ci.');
}

/** Installs the packages if needed, and keeps others from replacing them until the returned function is called. */
export async function holdPackages() {
  for (;;) {
    if (!isInstalled()) await install();
    const release = holdRunning();
    // One that began to install in the meantime has not seen our file.
    if (!isHeld(installing)) return release;
    release();
    (await acquire())();
  }
}

function holdRunning() {
  try {
    const file = join(running, String(process.pid));
    mkdirSync(running, { recursive: true });
    // Left by a killed process that had our id.
    rmSync(file, { force: true });
    return hold(file);
  } catch {
    // Nobody can install in a directory that is read-only or full either.
    return () => {};
  }
}

/** Whether package-lock.json is no newer than what npm writes last: nothing has changed since, and nothing is read. */
function isInstalledSince() {
  const written = (file) => statSync(file, { throwIfNoEntry: false })?.mtimeMs;
  const wanted = written(join(root, 'package-lock.json'));
  return wanted !== undefined && (written(join(modules, '.package-lock.json')) ?? 0) >= wanted;
}

/** Compares with npm's own lockfile, which npm writes last. Packages for other systems are not installed. */
function isInstalled() {
  const wanted = packagesIn(join(root, 'package-lock.json'));
  const present = packagesIn(join(modules, '.package-lock.json'));
  // An invalid package-lock.json is for npm to report.
  if (!wanted || !present) return false;
  return Object.entries(wanted).every(([path, { version, optional, devOptional }]) => {
    if (path === '' || present[path]?.version === version) return true;
    // Its own manifest counts if it came in another way than by npm ci.
    const found = read(join(root, path, 'package.json'));
    return found ? found.version === version : Boolean(optional || devOptional);
  });
}

const packagesIn = (file) => read(file)?.packages;

function read(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}

async function install() {
  if (lstatSync(modules, { throwIfNoEntry: false })?.isSymbolicLink()) {
    throw new PackagesError(
      'The packages are out of date, and node_modules is a link: npm would empty what it points to. ' +
        'Run npm ci there, or delete the link.',
    );
  }
  const release = await acquire();
  try {
    if (isInstalled()) return;
    const user = runningProcess();
    if (user) {
      throw new PackagesError(
        `The packages are out of date, and process ${user} runs on them. Stop it, and start again.`,
      );
    }
    await runNpm();
  } finally {
    release();
  }
}

async function runNpm() {
  process.stderr.write('Installing the packages; this takes a minute, once.\n');
  const npm = findNpm();
  const options = ['ci', '--loglevel=error', '--include=dev', '--include=optional'];
  const spawnOptions = { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] };
  // On Windows npm is a batch file, which needs a shell.
  const child = npm
    ? spawn(process.execPath, [npm, ...options], spawnOptions)
    : spawn('npm', options, { ...spawnOptions, shell: windows });
  // npm must not go on without the lock.
  const stop = () => child.kill();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, stop);
  const code = await new Promise((resolve, reject) => {
    child.once('error', () => {
      reject(new PackagesError('npm was not found. Install Node 24 from https://nodejs.org, which brings it.'));
    });
    child.once('exit', resolve);
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.off(signal, stop);
  if (code === 0) return;
  throw new PackagesError('The packages could not be installed (see above). Fix that, or run "npm ci" by hand.');
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

/** Waits until nobody installs, and returns the function that ends our own turn. */
async function acquire() {
  for (let isFirst = true; ; isFirst = false) {
    try {
      return hold(installing);
    } catch (error) {
      if (error.code !== 'EEXIST') throw new PackagesError(`Cannot install the packages: ${error.message}`);
    }
    if (!isHeld(installing)) rmSync(installing, { force: true });
    else if (isFirst) process.stderr.write('Waiting: another start is installing the packages.\n');
    await sleep(100);
  }
}

const renewEveryMs = 2000;
const staleAfterMs = 10_000;

/** Creates a file with our process id, and renews it, so that it does not outlive us. Throws EEXIST if it is there. */
function hold(file) {
  writeFileSync(file, String(process.pid), { flag: 'wx' });
  const renew = () => {
    try {
      utimesSync(file, new Date(), new Date());
    } catch {
      // Somebody has run npm ci by hand.
    }
  };
  const timer = setInterval(renew, renewEveryMs).unref();
  return () => {
    clearInterval(timer);
    rmSync(file, { force: true });
  };
}

/** The id alone does not tell: another process may have it after a restart of the machine. */
function isHeld(file) {
  const time = statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  if (time < Date.now() - staleAfterMs) return false;
  try {
    process.kill(Number(readFileSync(file, 'utf8')) || process.pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

function runningProcess() {
  const files = existsSync(running) ? readdirSync(running) : [];
  return files.find((name) => isHeld(join(running, name)));
}
