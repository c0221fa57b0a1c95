import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  changedContent,
  checkedContent,
  readConfigFile,
  writeConfigFile,
} from '../../../cli/commands/init/config-file.ts';
import { readAssignments, readSetting, schemaAt } from '../../../cli/commands/init/settings.ts';
import { cannedResponses } from '../../../cli/commands/preview/canned-responses.ts';
import { crmOf, crms } from '../../../cli/lib/crms/crms.ts';

describe('the CRMs that init offers', () => {
  test('are all that there is an adapter for', () => {
    expect(crms.map(({ adapter }) => adapter).toSorted()).toEqual(Object.keys(cannedResponses).toSorted());
  });

  test('end with the one that is a system of your own, so that Enter alone does not choose it', () => {
    expect(crms.at(-1)?.adapter).toBe('webhook');
  });

  test.each(crms)('$adapter says what it makes, and what it needs', ({ description, required, settings, secret }) => {
    expect(description).toMatch(/^[a-z].{10,}/);
    for (const path of required) expect(schemaAt(settings, path)?.description).toMatch(/^\S.{10,}/);
    expect(secret).toBeDefined();
  });
});

const crm = (adapter: string) => {
  const found = crmOf(adapter);
  if (found === undefined) throw new Error(`There is no ${adapter}.`);
  return found;
};

describe('settings', () => {
  test('are read by their schema', () => {
    const given = ['baseUrl=https://crm.example.com/?a=b', 'minMessages=3', 'onlyWithEmail=true', 'followUp={"on":[]}'];
    expect(readAssignments(crm('espocrm'), given)).toEqual({
      baseUrl: 'https://crm.example.com/?a=b',
      minMessages: 3,
      onlyWithEmail: true,
      followUp: { on: [] },
    });
  });

  test('may lie within another', () => {
    expect(crm('raynet').required).toContain('owners.fallback');
    const given = ['owners.fallback=7', 'owners={"agents":{"Eva":"9"},"fallback":"8"}', 'owners.fallback=10'];
    expect(readAssignments(crm('raynet'), given)).toEqual({ owners: { agents: { Eva: '9' }, fallback: '10' } });
  });

  test.each([
    ['colour=1', /^--set colour=1: give name=value, with a name that espocrm knows: baseUrl, .*\.$/],
    ['baseUrl', /give name=value/],
    ['constructor=1', /give name=value/],
    ['baseUrl=http://crm.example.com', /^--set baseUrl: Give an address with https/],
    ['minMessages=many', /^--set minMessages: This value is not valid\. Only chats with at least/],
    ['anonymous=maybe', /^--set anonymous: Give one of hold, skip, create\.$/],
  ])('%s is refused', (assignment, message) => {
    expect(() => readAssignments(crm('espocrm'), [assignment])).toThrow(message);
  });

  test('nothing is no answer', () => {
    expect(readSetting({ type: 'string' }, ' ')).toHaveProperty('mistake');
  });
});

describe('forwarder.json', () => {
  let file: string;
  beforeAll(() => {
    file = join(mkdtempSync(join(tmpdir(), 'config-')), 'forwarder.json');
  });
  afterAll(() => rmSync(join(file, '..'), { recursive: true }));

  const draft = { name: 'hubspot', adapter: 'hubspot' } as const;
  const demo = { name: 'demo', adapter: 'webhook', url: 'http://127.0.0.1:3000/demo-crm' };
  const real = { name: 'hubspot', adapter: 'hubspot', fields: { company: 'visitor.name' } };
  const write = (content: unknown) => writeFileSync(file, JSON.stringify(content));

  test('is made where there is none', () => {
    const made = changedContent(readConfigFile(file), { draft, replaces: undefined, general: { language: 'cs' } });
    expect(Object.keys(made)).toEqual(['$schema', 'language', 'destinations']);
    expect(made['$schema']).toMatch(/^\.\.?\/.*forwarder\.schema\.json$/);
    expect(checkedContent(file, made).destinations).toEqual([draft]);
  });

  test('loses the demo, and nothing else', () => {
    write({ $schema: './s.json', giveUpAfterHours: 3, variables: { phone: 'tel' }, destinations: [demo, real] });
    const read = readConfigFile(file);
    expect(read.destinations).toEqual(['hubspot']);
    const added = { ...draft, name: 'another' };
    expect(changedContent(read, { draft: added, replaces: undefined, general: {} })).toEqual({
      $schema: './s.json',
      giveUpAfterHours: 3,
      variables: { phone: 'tel' },
      destinations: [real, added],
    });
  });

  test('has another destination in the place of one', () => {
    write({ destinations: [real, { ...real, name: 'second' }] });
    const other = { name: 'zendesk', adapter: 'zendesk', baseUrl: 'https://shop.zendesk.com' } as const;
    const changed = changedContent(readConfigFile(file), { draft: other, replaces: 'hubspot', general: {} });
    expect(changed['destinations']).toEqual([other, { ...real, name: 'second' }]);
  });

  test('with a mistake is left alone', () => {
    write({ destinations: [{ name: 'X', adapter: 'hubspot' }] });
    expect(() => readConfigFile(file)).toThrow(/has a mistake/);
  });

  test('is written to be read', () => {
    writeConfigFile(file, { a: [1] });
    expect(readFileSync(file, 'utf8')).toBe('{\n  "a": [\n    1\n  ]\n}\n');
  });
});
