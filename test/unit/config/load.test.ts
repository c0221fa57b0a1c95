import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { loadConfig, loadWithExpressions } from '../../../infra/config/load.ts';

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
    maxConcurrency: 7,
    batchingWindowSeconds: 1,
    retentionDays: 365,
    rejectedRetentionDays: 30,
    giveUpAfterHours: 72,
    silentAfterHours: 24,
    destinations: [hubspot],
  });
});

test('a missing file is named, and what else to do', () => {
  expect(() => loadConfig(join(folder, 'nowhere.json'))).toThrow('FORWARDER_CONFIG');
});

test('a byte order mark is no mistake', () => {
  expect(load(`\ufeff${JSON.stringify({ destinations: [hubspot] })}`).destinations).toEqual([hubspot]);
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

describe('the second source', () => {
  test('has its defaults if only the account is given', () => {
    expect(load({ api: { accountId: '208' }, destinations: [hubspot] }).api).toEqual({
      accountId: '208',
      webhooks: true,
      reconcile: true,
      url: 'https://api.smartsupp.com/v2/',
    });
  });

  test('is needed for consent, which the hook never tells', () => {
    const destinations = [{ ...hubspot, consent: true }];
    expect(() => load({ destinations })).toThrow('/destinations/0/consent: only the REST API tells who agreed');
    expect(load({ api: { accountId: '208' }, destinations }).destinations).toEqual(destinations);
  });
});
