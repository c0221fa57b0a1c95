import { expect, test } from '@jest/globals';
import { bodiesCounted, counted } from '../../../cli/lib/counted.ts';
import { contactsLeft, leftLines, leftOf } from '../../../cli/commands/erase/not-erased.ts';

test('what stays in a CRM is a line for each, with everything once', () => {
  const removes = { removeConversation: async () => {} };
  const left = [
    ...leftOf('208:1', { destination: 'sales', logId: '11', followUpId: '12' }, removes),
    ...leftOf('208:1', { destination: 'demo', logId: '1', followUpId: null }, undefined),
    ...leftOf('208:2', { destination: 'demo', logId: '2', followUpId: null }, {}),
    ...contactsLeft(['7', '9', '7'].map((contactId) => ({ destination: 'sales', contactId }))),
  ];
  expect(leftLines(left)).toEqual([
    "sales: the contacts 7 and 9; the follow-up 12, which may be somebody's work",
    'demo: what it has of the chats 208:1 (1) and 208:2 (2)',
  ]);
});

test('bodies are called what they are, and what is not there is not told of', () => {
  expect(bodiesCounted([{ where: 'rejected' }, { where: 'waiting' }, { where: 'queue' }])).toEqual([
    '1 refused body',
    '2 bodies still on the queue',
  ]);
  expect(counted({ chats: [], bodies: [] })).toBe('nothing');
});
