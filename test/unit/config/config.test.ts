import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { parseConfig } from '../../../infra/config/load.ts';
import { checkedConfigFile, readCheckedConfig, writeCheckedConfig } from '../../../lambda/config/config.ts';

const folder = mkdtempSync(join(tmpdir(), 'config-'));
afterAll(() => rmSync(folder, { recursive: true }));

test('a checked configuration is read back unchanged', () => {
  const config = parseConfig('forwarder.json', JSON.stringify({ destinations: [{ name: 'crm', adapter: 'hubspot' }] }));
  writeFileSync(join(folder, checkedConfigFile), writeCheckedConfig(config));
  expect(readCheckedConfig(folder)).toEqual(config);
});

test('a missing configuration is an error that says what to do', () => {
  expect(() => readCheckedConfig(join(folder, 'nowhere'))).toThrow(/forwarder\.json\. Deploy the stack again/);
});
