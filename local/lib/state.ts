import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  statfsSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { StartError } from './errors.ts';

/** Returns the value stored under a name; if there is none, makes and stores one. */
export type GetOrCreate = (name: string, make: () => string) => string;

export type State = {
  readonly path: (...names: readonly string[]) => string;
  readonly getOrCreate: GetOrCreate;
  readonly get: (name: string) => string | undefined;
  readonly set: (values: Readonly<Record<string, string>>) => void;
  readonly release: () => void;
};

/** How long to wait for a stack that is stopping. */
const lockTimeoutMs = 2000;

const directories = ['sqs', 'dynamodb', 'demo', 'logs'];
/** Everything that the stack writes there. The user may have named a directory that holds other files. */
const own = [
  ...directories,
  'cdk.out',
  'cdk.out.digest',
  'deployment.json',
  'forwarder.json',
  'lock',
  'lock-journal',
  'package.json',
  'pid',
  'secrets.json',
];

/** Opens the state directory for this stack alone. Throws StartError if it is in use or not writable. */
export function openState(directory: string): State {
  const path = (...names: readonly string[]) => join(directory, ...names);
  try {
    makeDirectory(directory);
    refuseForeign(directory);
    for (const name of directories) makeDirectory(path(name));
    // It holds chats and keys, so only its owner may read it.
    chmodSync(directory, 0o700);
    for (const name of own) restrictToOwner(path(name));
    // Makes the bundles below independent of our package.json, as they are on Lambda.
    writeFileSync(path('package.json'), '{}\n');
  } catch (error) {
    if (error instanceof StartError) throw error;
    throw new StartError(
      `Cannot write to ${directory} (${messageOf(error)}). Make it writable, or name another directory in FORWARDER_DATA.`,
    );
  }
  const free = freeBytes(directory);
  if (free < minFreeBytes) {
    throw new StartError(
      `There is no room on the disk of ${directory}: ${inMegabytes(free)} MB are free, and ${inMegabytes(minFreeBytes)} MB ` +
        'are needed. Free some, or name a directory on another disk in FORWARDER_DATA.',
    );
  }
  return { path, ...storedValues(path('secrets.json')), release: lock(directory) };
}

/** One directory after the other: with `recursive`, Node.js 24 tries for ever below /proc. */
function makeDirectory(directory: string): void {
  if (statSync(directory, { throwIfNoEntry: false })?.isDirectory()) return;
  const parent = dirname(directory);
  if (parent !== directory) makeDirectory(parent);
  mkdirSync(directory);
}

/** Throws StartError if the directory is not a stack's and holds files that would be overwritten. */
function refuseForeign(directory: string): void {
  if (existsSync(join(directory, 'lock'))) return;
  const foreign = own.filter((name) => !directories.includes(name) && existsSync(join(directory, name)));
  if (foreign.length === 0) return;
  throw new StartError(
    `${directory} is not the state of a stack, and holds ${foreign.join(', ')} already. Name another directory, such as a ` +
      'new one, in FORWARDER_DATA.',
  );
}

const inMegabytes = (bytes: number) => Math.floor(bytes / 1024 ** 2);

/** Also closes files that an earlier start left open to others. New files are private by start.ts's umask. */
export function restrictToOwner(path: string): void {
  const stats = lstatSync(path, { throwIfNoEntry: false });
  if (stats?.isFile()) chmodSync(path, 0o600);
  if (!stats?.isDirectory()) return;
  chmodSync(path, 0o700);
  for (const name of readdirSync(path)) restrictToOwner(join(path, name));
}

/** SQLite's lock ends with the process, so there are no stale locks. */
function lock(directory: string): () => void {
  const file = join(directory, 'lock');
  const processFile = join(directory, 'pid');
  const database = new DatabaseSync(file, { timeout: lockTimeoutMs });
  try {
    database.exec('BEGIN EXCLUSIVE');
    writeFileSync(processFile, `${process.pid}\n`);
  } catch (error) {
    database.close();
    throw new StartError(
      isBusy(error)
        ? `Another stack runs on ${directory}${holder(processFile)}. Stop it, or give this one a directory of its own in ` +
            'FORWARDER_DATA.'
        : `${isDatabaseError(error) ? file : processFile} is damaged (${messageOf(error)}). It holds no chat: delete it, and start again.`,
    );
  }
  return () => database.close();
}

/** https://sqlite.org/rescode.html#busy */
const isBusy = (error: unknown) => Object(error).errcode === 5;
const isDatabaseError = (error: unknown) => Object(error).code === 'ERR_SQLITE_ERROR';
const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error));

function holder(file: string): string {
  const pid = existsSync(file) ? readFileSync(file, 'utf8').trim() : '';
  return /^\d+$/.test(pid) ? ` (process ${pid})` : '';
}

function storedValues(file: string): Pick<State, 'getOrCreate' | 'get' | 'set'> {
  const values = read(file);
  const set = (more: Readonly<Record<string, string>>) => {
    for (const [name, value] of Object.entries(more)) values.set(name, value);
    // Atomic, so that no key is lost if the stack is killed.
    writeFileSync(`${file}.new`, `${JSON.stringify(Object.fromEntries(values), null, 2)}\n`, { mode: 0o600 });
    renameSync(`${file}.new`, file);
  };
  const getOrCreate: GetOrCreate = (name, make) => {
    const present = values.get(name);
    if (present !== undefined) return present;
    const value = make();
    set({ [name]: value });
    return value;
  };
  return { getOrCreate, get: (name) => values.get(name), set };
}

function read(file: string): Map<string, string> {
  if (!existsSync(file)) return new Map();
  try {
    const values: Record<string, string> = JSON.parse(readFileSync(file, 'utf8'));
    return new Map(Object.entries(values));
  } catch (error) {
    throw new StartError(`Cannot read ${file}: ${error}. Fix it, or delete it to generate new keys.`);
  }
}

/** Below this, in bytes, no hook is accepted, so that the databases do not fail in the middle of a write. */
export const minFreeBytes = 32 * 1024 * 1024;

const watchIntervalMs = 500;

function freeBytes(directory: string): number {
  const { bavail, bsize } = statfsSync(directory);
  return bavail * bsize;
}

export type DiskWatch = { readonly hasRoom: () => boolean; readonly stop: () => void };

/** Prints a line when the directory's disk becomes full, and one when there is room again. */
export function watchDisk(directory: string, print: (line: string) => void, free = freeBytes): DiskWatch {
  let hasRoom = true;
  const look = () => {
    const had = hasRoom;
    hasRoom = free(directory) >= minFreeBytes;
    if (had && !hasRoom) {
      print(`No room on the disk of ${directory}: hooks are answered 503, and deliveries wait. Free some.`);
    }
    if (!had && hasRoom) print('There is room on the disk again: hooks are accepted.');
  };
  look();
  const timer = setInterval(look, watchIntervalMs);
  return { hasRoom: () => hasRoom, stop: () => clearInterval(timer) };
}
