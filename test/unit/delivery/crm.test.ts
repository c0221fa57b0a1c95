import { setImmediate as whileOthersRun } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import type { CrmAdapter, Person } from '../../../lambda/crm/port/adapter.ts';
import { fulfilled } from '../../../lambda/crm/port/batch.ts';
import { OutOfTime } from '../../../lambda/delivery/batch-loader.ts';
import { createSharedCrm } from '../../../lambda/delivery/crm.ts';
import { aConversation, anEntry } from '../../fixtures/conversation.ts';
import { noFiles } from '../../support/no-files.ts';

const now = () => new Date('2026-05-04T08:00:00Z');
const inSeconds = (seconds: number) => new Date(now().getTime() + seconds * 1000);
const entry = (at: number) => anEntry(aConversation({ id: `1:${at}` }), '1');
const aPerson = (parts: Partial<Person>): Person => ({
  email: null,
  phone: null,
  customerId: null,
  name: null,
  company: null,
  countryCode: null,
  fields: [],
  ownerId: null,
  unusable: [],
  ...parts,
});
const unused: Pick<CrmAdapter, 'logConversations' | 'updateConversation' | 'check'> = {
  logConversations: { maxSize: 100, run: async (entries) => entries.map(() => fulfilled('log')) },
  updateConversation: async (_, logId) => logId,
  check: async () => [],
};

test('calls for single items run side by side with a batch, five at once', async () => {
  let [underWay, maxUnderWay] = [0, 0];
  const updateConversation: CrmAdapter['updateConversation'] = async (_, logId) => {
    underWay += 1;
    maxUnderWay = Math.max(maxUnderWay, underWay);
    await whileOthersRun();
    underWay -= 1;
    return logId;
  };
  const { crm } = createSharedCrm(
    { ...unused, updateConversation },
    { participants: 13, deadline: inSeconds(60), fetchFile: noFiles, now },
  );
  const updates = Array.from({ length: 12 }, (_, at) => crm.updateConversation(entry(at), `log ${at}`));
  expect(await crm.logConversation(entry(12))).toBe('log');
  expect((await Promise.all(updates)).at(-1)).toBe('log 11');
  expect(maxUnderWay).toBe(5);
});

test('two chats that may be the same contact’s are looked up one after the other', async () => {
  const calls: (string | null)[][] = [];
  const upsertContacts: NonNullable<CrmAdapter['upsertContacts']> = {
    maxSize: 100,
    run: async (requests) => {
      calls.push(requests.map(({ person }) => person.email ?? person.phone));
      return requests.map(() => fulfilled('7'));
    },
  };
  const { crm } = createSharedCrm(
    { ...unused, upsertContacts },
    { participants: 3, deadline: inSeconds(60), fetchFile: noFiles, now },
  );
  const phone = '+420601123456';
  const people = [{ email: 'eva@example.com', phone }, { email: 'adam@example.com' }, { phone }];
  await Promise.all(people.map((person) => crm.upsertContact?.({ person: aPerson(person), known: undefined })));
  expect(calls).toEqual([['eva@example.com', 'adam@example.com'], [phone]]);
});

test.each([
  [24, 'not begun', []],
  [25, 'begun', ['1:1']],
])('with %i seconds left a call is %s', async (seconds, _what, expected) => {
  const asked: string[] = [];
  const updateConversation: CrmAdapter['updateConversation'] = async ({ conversation }, logId) => {
    asked.push(conversation.id);
    return logId;
  };
  const options = { participants: 1, deadline: inSeconds(seconds), fetchFile: noFiles, now };
  const { crm } = createSharedCrm({ ...unused, updateConversation }, options);
  const update = crm.updateConversation(entry(1), 'log').catch((error: unknown) => error);
  expect(await update).toEqual(expected.length === 0 ? expect.any(OutOfTime) : 'log');
  expect(asked).toEqual(expected);
});
