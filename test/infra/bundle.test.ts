import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { build } from 'esbuild';
import { buildOptions, bundled } from '../../infra/bundle.ts';

const filesOf = async (entry: string) => Object.entries(bundled((await build(buildOptions(entry))).outputFiles));

test('the list of free-mail domains is a file of its own, loaded only when it is asked for', async () => {
  const names = (files: Awaited<ReturnType<typeof filesOf>>) =>
    files.filter(([name, contents]) => name.endsWith('.js') && contents.includes('seznam.cz')).map(([name]) => name);
  const [list, ...others] = names(await filesOf('lambda/deliver.ts'));
  expect(list).toMatch(/^all-/);
  expect(others).toEqual([]);

  const directory = await mkdtemp(join(tmpdir(), 'bundle-'));
  try {
    for (const [name, contents] of await filesOf('lambda/crm/contacts/filling.ts')) {
      await writeFile(join(directory, name), contents);
    }
    const { companyDomainOf } = createRequire(import.meta.url)(join(directory, 'index.js'));
    expect(await companyDomainOf('jan@seznam.cz')).toBeNull();
    expect(await companyDomainOf('jan@acme.example')).toBe('acme.example');
  } finally {
    await rm(directory, { recursive: true });
  }
});
