import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { checkExpressions } from '../../../lambda/config/check-expressions.ts';
import { ConfigError, loadConfig } from '../../../lambda/config/load.ts';

const folder = mkdtempSync(join(tmpdir(), 'forwarder-config-'));
afterAll(() => rmSync(folder, { recursive: true }));

function load(content: unknown) {
  const path = join(folder, 'forwarder.json');
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  return loadConfig(path);
}
const hubspot = { name: 'hubspot', adapter: 'hubspot' };

test('the file that comes with the project is right', () => {
  expect(loadConfig('forwarder.json').destinations).toHaveLength(1);
});

test('what is left out has its default', () => {
  expect(load({ destinations: [hubspot] })).toEqual({
    timezone: 'UTC',
    language: 'en',
    variables: { phone: 'phone' },
    maxConcurrency: 5,
    batchingWindowSeconds: 1,
    retentionDays: 365,
    rejectedRetentionDays: 30,
    giveUpAfterHours: 24,
    destinations: [hubspot],
  });
});

describe('a mistake is named with its place and what to do', () => {
  test.each([
    ['no JSON', '{', 'is not JSON'],
    ['no destinations', {}, "/: must have required property 'destinations'"],
    ['a misspelt key', { destinations: [], timezon: 'UTC' }, '/: must NOT have additional properties ("timezon")'],
    ['an unknown adapter', { destinations: [{ name: 'x', adapter: 'lotus' }] }, '/destinations/0'],
    ['a webhook without a URL', { destinations: [{ name: 'x', adapter: 'webhook' }] }, "required property 'url'"],
    [
      'words in the clear',
      { destinations: [{ name: 'x', adapter: 'webhook', url: 'http://crm.example' }] },
      '/destinations/0/url',
    ],
    ['a name with capitals', { destinations: [{ ...hubspot, name: 'HubSpot' }] }, '/destinations/0/name'],
    ['a name twice', { destinations: [hubspot, hubspot] }, '/destinations/1/name: "hubspot" is taken'],
    ['a timezone of no place', { destinations: [], timezone: 'Europe/Brno' }, '"Europe/Brno" is not a timezone'],
  ])('%s', (_what, content, words) => {
    expect(() => load(content)).toThrow(ConfigError);
    expect(() => load(content)).toThrow(words);
  });

  test('a file that is not there', () => {
    expect(() => loadConfig(join(folder, 'nowhere.json'))).toThrow('FORWARDER_CONFIG');
  });
});

describe('an expression that cannot be compiled is named with its place and position', () => {
  const check = (destination: Record<string, unknown>) =>
    checkExpressions('forwarder.json', load({ destinations: [{ ...hubspot, ...destination }] }));

  test('in a rule', async () => {
    await expect(check({ when: 'visitor.email != ' })).rejects.toThrow(
      /\/destinations\/0\/when: .*\(at position \d+, after "visitor.email !="?/,
    );
  });

  test('in a field, every one of them', async () => {
    const fields = { website: '(', city: { value: 'visitor.', overwrite: true }, phone: 'variables.phone' };
    const error = await check({ fields }).catch(String);
    expect(error).toContain('/destinations/0/fields/website');
    expect(error).toContain('/destinations/0/fields/city');
    expect(error).not.toContain('/destinations/0/fields/phone');
  });
});
