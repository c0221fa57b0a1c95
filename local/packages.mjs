/**
 * The packages in node_modules. They must be those of package-lock.json, and nobody may replace them under a running
 * stack, which would lose its Node.js. `withTests`: also those that only tests and checks need (devDependencies).
 */
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { npmInstall } from './npm-install.mjs';

export const root = fileURLToPath(new URL('..', import.meta.url));
export const modules = join(root, 'node_modules');

/** Held by the process that installs. Not in node_modules, which npm empties. */
const installing = join(root, '.installing');
/** One file for each program that runs on these packages, by its process id. */
const running = join(modules, '.running');

/** The message says what to do. */
export class PackagesError extends Error {}

/** Throws PackagesError if packages are missing or out of date. */
export function requirePackages(withTests) {
  if (isHeld(installing)) throw new PackagesError('The packages are being installed. Try again in a minute.');
  // A command must not wait for the comparison, and needs no packages of the tests.
  if (!withTests && isInstalledSince()) return;
  if (missing(withTests).length > 0) {
    throw new PackagesError('The packages are missing or out of date. Run npm ci.');
  }
  remember();
}

/** Installs packages if needed, and keeps others from replacing them until the returned function is called. */
export async function holdPackages(withTests) {
  for (;;) {
    if (missing(withTests).length > 0) await install(withTests);
    const release = holdRunning();
    // An installation that began in the meantime has not seen our file.
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

/** Compares times alone: npm writes its own lockfile last, so if package-lock.json is no newer, nothing has changed since. */
function isInstalledSince() {
  const written = (file) => statSync(file, { throwIfNoEntry: false })?.mtimeMs;
  const wanted = written(join(root, 'package-lock.json'));
  return wanted !== undefined && (written(join(modules, '.package-lock.json')) ?? 0) >= wanted;
}

/** Notes that the packages are those of package-lock.json, which a merge has made newer, for the next command. */
function remember() {
  try {
    const now = new Date();
    utimesSync(join(modules, '.package-lock.json'), now, now);
  } catch {
    // Without the right to, the next command compares again.
  }
}

/**
 * The packages that are not as package-lock.json has them, by their paths; `*` if that cannot be told. Compares with
 * npm's own lockfile, which npm writes last. Packages for other systems are not installed.
 */
function missing(withTests) {
  const wanted = packagesIn(join(root, 'package-lock.json'));
  const present = packagesIn(join(modules, '.package-lock.json'));
  // An invalid package-lock.json is for npm to report.
  if (!wanted || !present) return ['*'];
  const isPresent = ([path, { version, optional, devOptional }]) => {
    if (present[path]?.version === version) return true;
    // Its own manifest counts if it came in another way than by npm ci.
    const found = read(join(root, path, 'package.json'));
    return found ? found.version === version : Boolean(optional || devOptional);
  };
  return Object.entries(wanted)
    .filter((entry) => isWanted(entry, withTests) && !isPresent(entry))
    .map(([path]) => path);
}

const isWanted = ([path, { dev }], withTests) => path !== '' && (withTests || !dev);

/** The packages that npm would install here: those for another system have an `os` or a `cpu`. */
const lockedPaths = (withTests) =>
  Object.entries(packagesIn(join(root, 'package-lock.json')) ?? {})
    .filter(
      (entry) =>
        isWanted(entry, withTests) && suits(entry[1].os, process.platform) && suits(entry[1].cpu, process.arch),
    )
    .map(([path]) => path);

const suits = (wanted, own) => !wanted || wanted.includes(own);

const packagesIn = (file) => read(file)?.packages;

function read(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}

async function install(withTests) {
  if (lstatSync(modules, { throwIfNoEntry: false })?.isSymbolicLink()) {
    throw new PackagesError(
      'The packages are out of date, and node_modules is a link: npm would empty what it points to. ' +
        'Run npm ci there, or delete the link.',
    );
  }
  const release = await acquire();
  try {
    if (missing(withTests).length === 0) return;
    // Then the tests' packages are added, and nothing is replaced.
    const isAddition = missing(false).length === 0;
    const user = isAddition ? undefined : runningProcess();
    if (user) {
      throw new PackagesError(
        `The packages are out of date, and process ${user} runs on them. Stop it, and start again.`,
      );
    }
    // A developer's tests stay runnable after an update.
    const hadTests = Object.values(packagesIn(join(modules, '.package-lock.json')) ?? {}).some(({ dev }) => dev);
    const all = withTests || hadTests;
    const error = await npmInstall({
      root,
      paths: isAddition ? missing(true) : lockedPaths(all),
      withTests: all,
      isAddition,
    });
    if (error) throw new PackagesError(error);
  } finally {
    release();
  }
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
