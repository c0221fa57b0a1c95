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

test('the configuration that everybody starts with is right', () => {
  expect(loadConfig('test/fixtures/forwarder.demo.json').destinations).toHaveLength(1);
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
    ['no JSON', '{\n  "destinations": [1,],\n}', "is not JSON. line 2, column 22: Unexpected token ']'."],
    ['half a JSON', '{"a": "', 'is not JSON. line 1, column 8: Unterminated string.'],
    ['no object', '[]', '/: [] is not an object, {…}.'],
    ['no destinations', {}, '/destinations: it is missing.'],
    [
      'a misspelt key',
      { destinations: [], timezon: 'UTC' },
      /\/timezon: there is no such setting here. There is: .*timezone,/,
    ],
    [
      'an unknown adapter',
      { destinations: [{ name: 'x', adapter: 'lotus' }] },
      /0\/adapter: there is no adapter "lotus". There is: webhook, hubspot,.*odoo/,
    ],
    ['no adapter', { destinations: [{ name: 'x' }] }, /mistake:\n {2}\/destinations\/0\/adapter: it is missing.$/],
    [
      'a webhook without a URL',
      { destinations: [{ name: 'x', adapter: 'webhook' }] },
      '/destinations/0/url: it is missing.',
    ],
    [
      'a setting of another CRM',
      { destinations: [{ ...hubspot, url: 'x' }] },
      /0\/url: there is no such setting here. There is: .*baseUrl,/,
    ],
    ['a language that is not spoken', { destinations: [], language: 'xx' }, '/language: "xx" is none of en, cs,'],
    ['a number in quotes', { destinations: [], retentionDays: '3' }, '/retentionDays: "3" is not a whole number.'],
    ['too much', { destinations: [], retentionDays: 5000 }, '/retentionDays: 5000 is too much: 3650 at most.'],
    ['too little', { destinations: [], retentionDays: 0 }, '/retentionDays: 0 is too little: 1 at least.'],
    ['nothing', { destinations: [], variables: { phone: '' } }, '/variables/phone: it must not be empty.'],
    ['no address', { destinations: [], alarmEmail: 'me' }, '/alarmEmail: "me" will not do. Give an e-mail address.'],
    [
      'a field that is a number',
      { destinations: [{ ...hubspot, fields: { a: 1 } }] },
      /mistake:\n.*fields\/a: 1 is neither text nor/,
    ],
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
