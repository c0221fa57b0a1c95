import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { loadWithExpressions } from '../../infra/config/load.ts';
import { configSchema } from '../../infra/config/schema.ts';
import { configureDocument } from '../../infra/configure-document.ts';

const document = configureDocument();

test('what is published is what the schema says now', () => {
  expect(readFileSync('docs/configure.md', 'utf8')).toBe(document);
});

test('every place of its template is filled', () => {
  expect(document).not.toMatch(/\{\{|\}\}/);
});

test('every setting of every adapter is told of', () => {
  const settings = [
    ...Object.keys(configSchema.properties),
    ...configSchema.properties.destinations.items.oneOf.flatMap(({ properties }) => Object.keys(properties)),
  ];
  const missing = settings.filter(
    (name) => name !== '$schema' && !document.includes(`\`${name}\``) && name !== 'destinations',
  );
  expect(missing).toEqual([]);
});

test('its example can be used as it is', async () => {
  const example = /```json\n(?<json>.*?)```/s.exec(document)?.groups?.['json'] ?? '';
  const folder = await mkdtemp(join(tmpdir(), 'forwarder-example-'));
  try {
    const path = join(folder, 'forwarder.json');
    await writeFile(path, example);
    await loadWithExpressions(path);
  } finally {
    await rm(folder, { recursive: true });
  }
});
