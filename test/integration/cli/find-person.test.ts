import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createContacts } from '../../../lambda/store/contacts.ts';
import type { Table } from '../../../lambda/store/table.ts';
import { createKeepWaiting } from '../../../lambda/store/waiting.ts';
import { createDelivery } from '../../support/delivery.ts';
import { startTable, type TestTable } from '../../support/dynamodb.ts';
import { bodyOf, type Chat, findByEmail, messageOf } from './support/persons.ts';

let running: TestTable;
beforeAll(async () => {
  running = await startTable();
});
afterAll(() => running.close());

const now = () => new Date();
const record = async (chat: Chat) => {
  const { record } = createDelivery({ table: running.table, now, crms: {} });
  await record(await messageOf(chat));
};
const find = (email: string) => findByEmail(running.table, email);
const chatsOf = async (email: string) =>
  (await find(email)).chats.map(({ conversationId }) => conversationId).toSorted();

test('a chat without an address is whose browser it came from, in the same account alone', async () => {
  await record({ channel: 1, visitor: '7', email: 'eva@example.com' });
  await record({ channel: 2, visitor: '7' });
  await record({ channel: 3, visitor: '7', account: 999 });
  await record({ channel: 4, visitor: '7', email: 'adam@example.com' });
  await createKeepWaiting(running.table)(bodyOf({ channel: 5, visitor: '7' }), now());
  await createKeepWaiting(running.table)(bodyOf({ channel: 6, visitor: '7', account: 999 }), now());

  expect(await chatsOf('eva@example.com')).toEqual(['208:1', '208:2']);
  expect((await find('eva@example.com')).bodies.map(({ body }) => body)).toEqual([
    bodyOf({ channel: 5, visitor: '7' }),
  ]);
});

test('of an id that a shop gives to all its visitors, nothing is a person’s but what has their address', async () => {
  const others = Array.from({ length: 201 }, (_, index) => ({ channel: 1000 + index, visitor: 'all' }));
  for (let from = 0; from < others.length; from += 20) await Promise.all(others.slice(from, from + 20).map(record));
  await record({ channel: 999, visitor: 'all', email: 'ida@example.com' });
  await createKeepWaiting(running.table)(bodyOf({ channel: 998, visitor: 'all' }), now());

  expect(await chatsOf('ida@example.com')).toEqual(['208:999']);
  expect((await find('ida@example.com')).bodies).toEqual([]);
});

test('a contact that was made for an id is told of where nobody else had the id', async () => {
  const contacts = createContacts(running.table, { retentionDays: 30, now });
  for (const visitor of ['own', 'shared']) {
    await record({ channel: visitor.length + 20, visitor, email: 'jan@example.com' });
    await contacts.remember(
      { personKey: `visitor#${visitor}`, destination: 'crm' },
      { contactId: `of ${visitor}`, told: '' },
    );
  }
  await record({ channel: 30, visitor: 'shared', account: 999 });
  expect((await find('jan@example.com')).contacts).toEqual([{ destination: 'crm', contactId: 'of own' }]);
});

test('a chat that has gone on under another address is found by that alone, though the former one’s card is still there', async () => {
  await record({ channel: 40, visitor: 'both', email: 'former@example.com' });
  const dying = { ...running.table, delete: () => Promise.reject(new Error('it dies here')) };
  const { record: recordAndDie } = createDelivery({ table: dying, now, crms: {} });
  const longer = { channel: 40, visitor: 'both', email: 'later@example.com', words: 'It goes on' };
  await expect(messageOf(longer).then(recordAndDie)).rejects.toThrow('it dies here');

  expect(await chatsOf('former@example.com')).toEqual([]);
  expect(await chatsOf('later@example.com')).toEqual(['208:40']);
});

test('a chat that has just come from the same browser is found, too: what tells of it is read consistently', async () => {
  await record({ channel: 50, visitor: 'fresh', email: 'pavel@example.com' });
  await record({ channel: 51, visitor: 'fresh' });
  const behind: Table = {
    ...running.table,
    query: async function* (query) {
      for await (const item of running.table.query(query)) {
        if (query.consistent === true || !String(item['sk']).includes('#51#')) yield item;
      }
    },
  };
  const { chats } = await findByEmail(behind, 'pavel@example.com');
  expect(chats.map(({ conversationId }) => conversationId).toSorted()).toEqual(['208:50', '208:51']);
});
