import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { ConfigError, loadConfig, loadWithExpressions } from '../../../infra/config/load.ts';

const folder = mkdtempSync(join(tmpdir(), 'forwarder-config-'));
afterAll(() => rmSync(folder, { recursive: true }));

function write(content: unknown): string {
  const path = join(folder, 'forwarder.json');
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
}
const load = (content: unknown) => loadConfig(write(content));
const hubspot = { name: 'hubspot', adapter: 'hubspot' };

test('the example configuration is valid', () => {
  expect(loadConfig('test/fixtures/forwarder.demo.json').destinations).toHaveLength(1);
});

test('a setting that is left out has its default', () => {
  expect(load({ destinations: [hubspot] })).toEqual({
    timezone: 'UTC',
    language: 'en',
    variables: { phone: 'phone' },
    contactFromWords: true,
    maxConcurrency: 5,
    batchingWindowSeconds: 1,
    retentionDays: 365,
    rejectedRetentionDays: 30,
    giveUpAfterHours: 24,
    silentAfterHours: 24,
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
      /\/timezon: there is no such setting here. Use one of: .*timezone,/,
    ],
    [
      'an unknown adapter',
      { destinations: [{ name: 'x', adapter: 'lotus' }] },
      /0\/adapter: there is no adapter "lotus". Use one of: webhook, hubspot,.*odoo/,
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
      /0\/url: there is no such setting here. Use one of: .*baseUrl,/,
    ],
    ['a language that is not spoken', { destinations: [], language: 'xx' }, '/language: "xx" is not one of en, cs,'],
    ['a number in quotes', { destinations: [], retentionDays: '3' }, '/retentionDays: "3" is not a whole number.'],
    ['too much', { destinations: [], retentionDays: 5000 }, '/retentionDays: 5000 is too large: at most 3650.'],
    ['too little', { destinations: [], retentionDays: 0 }, '/retentionDays: 0 is too small: at least 1.'],
    ['nothing', { destinations: [], variables: { phone: '' } }, '/variables/phone: it must not be empty.'],
    ['no address', { destinations: [], alarmEmail: 'me' }, '/alarmEmail: "me" is not valid. Use an e-mail address.'],
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
    ['a name twice', { destinations: [hubspot, hubspot] }, '/destinations/1/name: "hubspot" is already used'],
    ['a timezone of no place', { destinations: [], timezone: 'Europe/Brno' }, '"Europe/Brno" is not a timezone'],
  ])('%s', (_what, content, words) => {
    expect(() => load(content)).toThrow(ConfigError);
    expect(() => load(content)).toThrow(words);
  });

  test('a missing file', () => {
    expect(() => loadConfig(join(folder, 'nowhere.json'))).toThrow('FORWARDER_CONFIG');
  });
});

describe('an expression that cannot be compiled is named with its place and position', () => {
  const check = (destination: Record<string, unknown>, others: Record<string, unknown> = {}) =>
    loadWithExpressions(write({ ...others, destinations: [{ ...hubspot, ...destination }] }));

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

  test('with the words before the mistake', async () => {
    await expect(check({ when: '$exists(pages) and visitor.countryCode = ' })).rejects.toThrow(
      'after "and visitor.countryCode = ")',
    );
  });

  test('together with every other mistake', async () => {
    const error = await check({ when: '(' }, { timezone: 'Europe/Brno' }).catch(String);
    expect(error).toContain('/timezone: ');
    expect(error).toContain('/destinations/0/when: ');
  });

  test.each([
    ['$nosuch(visitor)', 'nosuch'],
    ['pages.($uppercas(url))', 'uppercas'],
    ['visitor.name ~> $trimm', 'trimm'],
    ['$map(messages, function($m) { $lenght($m.text) })', 'lenght'],
    ['$joined(?, ",")', 'joined'],
  ])('if it calls an unknown function: %s', async (when, name) => {
    await expect(check({ when })).rejects.toThrow(`/destinations/0/when: there is no function $${name}.`);
  });

  test.each([
    '($f := function($x, $g) { $g($x) }; $f(1, $string))',
    'messages#$i.$string($i)',
    '(visitor.name ~> $trim ~> $uppercase) = "EVA" and $now() > "2026" and $millis() > 0',
    'visitor ~> |$|{"email": $lowercase(email)}|',
    '($shout := $uppercase ~> $trim; $shout(visitor.name))',
    '($first := $substring(?, 0, 5); pages.url.$first($))',
    'function($x) { $x + 1 }(2) = 3',
    '$sum(messages@$m.$length($m.text)) > 3',
  ])('an expression that calls known functions only is accepted: %s', async (when) => {
    await expect(check({ when })).resolves.toMatchObject({ destinations: [{ when }] });
  });
});
