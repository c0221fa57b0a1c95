import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
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

/** Opens the state directory for this stack alone. Throws StartError if it is in use or not writable. */
export function openState(directory: string): State {
  const path = (...names: readonly string[]) => join(directory, ...names);
  try {
    // It holds chats and keys, so only its owner may read it.
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    for (const name of directories) mkdirSync(path(name), { recursive: true });
    // Makes the bundles below independent of our package.json, as they are on Lambda.
    writeFileSync(path('package.json'), '{}\n');
  } catch (error) {
    throw new StartError(`Cannot write to ${directory} (${error}). Name another directory in FORWARDER_DATA.`);
  }
  return { path, ...storedValues(path('secrets.json')), release: lock(directory) };
}

/** SQLite's lock ends with the process, so there are no stale locks. */
function lock(directory: string): () => void {
  const database = new DatabaseSync(join(directory, 'lock'), { timeout: lockTimeoutMs });
  const processFile = join(directory, 'pid');
  try {
    database.exec('BEGIN EXCLUSIVE');
  } catch {
    database.close();
    throw new StartError(
      `Another stack runs on ${directory}${holder(processFile)}. Stop it, or give this one a directory of its own in ` +
        'FORWARDER_DATA.',
    );
  }
  writeFileSync(processFile, `${process.pid}\n`);
  return () => database.close();
}

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
