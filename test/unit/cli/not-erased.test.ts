import { expect, test } from '@jest/globals';
import { foundText } from '../../../cli/commands/erase/erase.ts';
import {
  findUnconfirmedNotes,
  keptContacts,
  keptForAWhile,
  keptParts,
  notErasedLines,
} from '../../../cli/commands/erase/not-erased.ts';
import { bodiesCounted, counted } from '../../../cli/lib/person/person.ts';
import { columns } from '../../../cli/lib/terminal/output.ts';
import { aDelivery, now } from '../../support/a-delivery.ts';
import { createMemoryCrm } from '../../support/memory-crm.ts';

test('what stays in a CRM is a line for each, with everything once', () => {
  const removes = { removeConversation: async () => {} };
  const left = [
    ...keptParts('208:1', { destination: 'sales', logId: '11', followUpId: '12', files: [] }, removes),
    ...keptParts('208:1', { destination: 'demo', logId: '1', followUpId: null, files: [] }, undefined),
    ...keptParts('208:2', { destination: 'demo', logId: '2', followUpId: null, files: [] }, {}),
    ...keptContacts(['7', '9', '7'].map((contactId) => ({ destination: 'sales', contactId }))),
  ];
  expect(notErasedLines(left)).toEqual([
    "sales: the contacts 7 and 9; the follow-up 12, which may be somebody's work",
    'demo: the notes of the chats 208:1 (1) and 208:2 (2)',
  ]);
});

test.each([
  ['one person, whose contact has none', 1, false],
  ['two people, of whom one’s contact is not known', 2, true],
] as const)('a note in doubt that was for %s', async (_whom, people, isOpen) => {
  const body = JSON.stringify({
    accountId: 208,
    channel: { id: 1 },
    messages: [{ type: 'visitor', content: 'Hello' }],
  });
  const attemptedFor = ['eva@example.com', 'adam@example.com']
    .slice(0, people)
    .map((email) => ({ email, phone: null }));
  const delivery = aDelivery({
    inDoubt: true,
    contactId: '7',
    logId: null,
    attemptedFor,
    leaseUntil: null,
    history: [],
  });
  const looked = { adapter: createMemoryCrm().adapter, contacts: [] };
  expect(await findUnconfirmedNotes({ body, receivedAt: now }, delivery, looked)).toEqual({ logIds: [], isOpen });
});

test('bodies are called what they are, and what is not there is not told of', () => {
  expect(bodiesCounted([{ where: 'rejected' }, { where: 'spooled' }, { where: 'queue' }])).toEqual([
    '1 refused body',
    '2 bodies still on the queue',
  ]);
  expect(counted({ chats: [], bodies: [] })).toBe('nothing');
});

test('an erasure says what a CRM keeps for a while, if anything was removed from it', () => {
  const destinations = [
    { name: 'espo', adapter: 'espocrm', baseUrl: 'https://crm.example.com' },
    { name: 'shop', adapter: 'webhook', url: 'https://shop.example/chats' },
  ] as const;
  expect(keptForAWhile({ destinations }, ['espo', 'shop'])).toEqual([expect.stringMatching(/^espo: .*two months/)]);
  expect(keptForAWhile({ destinations }, [])).toEqual([]);
});

test('what was found fits into the terminal, also with messages that could not be read', () => {
  const nothing = {
    personKey: 'email#eva@example.com',
    chats: [],
    halfErased: [],
    contacts: [],
    personKeys: [],
    bodies: [],
  };
  const looked = { chats: 1200, bodies: 3, messages: 12, inFlight: 2 };
  const person = { ...nothing, mentions: ['208:55039', '208:55040'], looked };
  const lines = foundText({ person, notes: [], left: [] }, 'Europe/Prague').split('\n');
  expect(lines.filter((line) => line.length > columns())).toEqual([]);
  expect(lines.join(' ')).toContain('run the same command again in 7 minutes.');
});
