import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { buildCache } from '../../infra/build-cache.ts';

let root: string;
const write = (file: string, text: string) => {
  mkdirSync(dirname(join(root, file)), { recursive: true });
  writeFileSync(join(root, file), text);
};

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'build-cache-'));
  write('lambda/deliver.ts', 'one');
  write('infra/bundle.ts', 'two');
  write('package.json', '{}');
  write('node_modules/.package-lock.json', '{}');
  buildCache(root).keep('deliver', files);
});
afterEach(() => rmSync(root, { recursive: true }));

const files = { 'index.js': 'built' };

describe('what was built is', () => {
  test('there for the same sources, under its own name alone', () => {
    expect(buildCache(root).get('deliver')).toEqual(files);
    expect(buildCache(root).get('receive')).toBeUndefined();
  });

  test.each([
    ['a source', 'lambda/deliver.ts'],
    ['a new source', 'lambda/crm/acme/index.ts'],
    ['how it is built', 'infra/bundle.ts'],
    ['a template', 'infra/configure.md.template'],
    ['an installed package', 'node_modules/.package-lock.json'],
    ['the version', 'package.json'],
  ])('not there after a change of %s', (_what, file) => {
    write(file, 'other');
    expect(buildCache(root).get('deliver')).toBeUndefined();
  });

  test('there whatever became of what is built itself', () => {
    write('lambda/hook.validate.generated.js', 'old');
    expect(buildCache(root).get('deliver')).toEqual(files);
  });

  test('not kept if a source was changed while it was built', () => {
    const cache = buildCache(root);
    write('lambda/deliver.ts', 'other');
    cache.keep('deliver', { 'index.js': 'of which?' });
    expect(buildCache(root).get('deliver')).toBeUndefined();
    write('lambda/deliver.ts', 'one');
    expect(buildCache(root).get('deliver')).toEqual(files);
  });

  test('built again if what was kept is damaged', () => {
    write('node_modules/.cache/forwarder/deliver.json', '{"digest');
    expect(buildCache(root).get('deliver')).toBeUndefined();
  });
});

test('where nothing can be written, nothing is kept, and nothing fails', () => {
  rmSync(join(root, 'node_modules/.cache'), { recursive: true });
  write('node_modules/.cache', 'a file');
  buildCache(root).keep('deliver', files);
  expect(buildCache(root).get('deliver')).toBeUndefined();
});
