import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';

type Entry = { readonly resolved?: string; readonly integrity?: string; readonly inBundle?: boolean };

const { packages }: { readonly packages: Readonly<Record<string, Entry>> } = JSON.parse(
  readFileSync('package-lock.json', 'utf8'),
);
/** A bundled package is part of another's archive. */
const downloaded = Object.entries(packages).filter(([path, { inBundle = false }]) => path !== '' && !inBundle);

test('npm compares each package with a digest', () => {
  const unchecked = downloaded.filter(([, { integrity = '' }]) => !integrity.startsWith('sha512-'));
  expect(unchecked.map(([path]) => path)).toEqual([]);
});

test("no package is from anywhere but the registry: npm's own, if no address is recorded", () => {
  const foreign = downloaded.filter(
    ([, { resolved }]) => resolved !== undefined && !resolved.startsWith('https://registry.npmjs.org/'),
  );
  expect(foreign.map(([path]) => path)).toEqual([]);
  expect(readFileSync('.npmrc', 'utf8')).not.toMatch(/registry/);
});

test('no package runs a script when it is installed', () => {
  expect(readFileSync('.npmrc', 'utf8')).toMatch(/^ignore-scripts=true$/m);
});
