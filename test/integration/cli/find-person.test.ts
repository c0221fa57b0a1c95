import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { lookedText } from '../../../cli/lib/person/person.ts';
import { seal } from '../../../lambda/queue/envelope.ts';
import { createContactLocks } from '../../../lambda/store/contacts.ts';
import { createRecords } from '../../../lambda/store/records.ts';
import { createKeepRejected } from '../../../lambda/store/rejected.ts';
import { createSpool } from '../../../lambda/store/spool.ts';
import { collect, type Item, type Table } from '../../../lambda/store/table.ts';
import { createDelivery } from '../../support/delivery.ts';
import { startTable, type TestTable } from '../../support/dynamodb.ts';
import { bodyOf, type Chat, findByEmail, findIn, messageOf } from './support/persons.ts';

let running: TestTable;
beforeAll(async () => {
  running = await startTable();
});
afterAll(() => running.close());

const now = () => new Date();
const save = async (chat: Chat, receivedAt = now()) => {
  const { save } = createDelivery({ table: running.table, now, crms: {} });
  await save(await messageOf(chat, receivedAt));
};
/** Of two copies that came in the same millisecond, either may be the newer one. */
const saveLater = (chat: Chat) => save(chat, new Date(Date.now() + 1000));
const find = (email: string) => findByEmail(running.table, email);
const chatsOf = async (email: string) =>
  (await find(email)).chats.map(({ conversationId }) => conversationId).toSorted();

test('a chat without an address is whose browser it came from, in the same account alone', async () => {
  await save({ channel: 1, visitor: '7', email: 'eva@example.com' });
  await save({ channel: 2, visitor: '7' });
  await save({ channel: 3, visitor: '7', account: 999 });
  await save({ channel: 4, visitor: '7', email: 'adam@example.com' });
  await createSpool(running.table)(bodyOf({ channel: 5, visitor: '7' }), now());
  await createSpool(running.table)(bodyOf({ channel: 6, visitor: '7', account: 999 }), now());

  expect(await chatsOf('eva@example.com')).toEqual(['208:1', '208:2']);
  expect((await find('eva@example.com')).bodies.map(({ body }) => body)).toEqual([
    bodyOf({ channel: 5, visitor: '7' }),
  ]);
});

test('of an id that a shop gives to all its visitors, nothing is a person’s but what has their address', async () => {
  const others = Array.from({ length: 201 }, (_, index) => ({ channel: 1000 + index, visitor: 'all' }));
  for (let from = 0; from < others.length; from += 20)
    await Promise.all(others.slice(from, from + 20).map((each) => save(each)));
  await save({ channel: 999, visitor: 'all', email: 'ida@example.com' });
  await createSpool(running.table)(bodyOf({ channel: 998, visitor: 'all' }), now());

  expect(await chatsOf('ida@example.com')).toEqual(['208:999']);
  expect((await find('ida@example.com')).bodies).toEqual([]);
});

test('a contact that was made for an id is told of where nobody else had the id', async () => {
  const locks = createContactLocks(running.table, { retentionDays: 30, now });
  for (const visitor of ['own', 'shared']) {
    await save({ channel: visitor.length + 20, visitor, email: 'jan@example.com' });
    const person = { personKey: `visitor#208#${visitor}`, destination: 'crm' };
    const until = new Date(Date.now() + 60_000);
    await locks.acquire(person, until);
    await locks.release(person, until, `of ${visitor}`);
  }
  await save({ channel: 30, visitor: 'shared', email: 'adam@example.com' });
  // In another account it is another visitor's.
  await save({ channel: 31, visitor: 'own', account: 999 });
  expect((await find('jan@example.com')).contacts).toEqual([{ destination: 'crm', contactId: 'of own' }]);
});

test('an id of a visitor is one person in its account alone', async () => {
  await save({ channel: 60, visitor: 'twice' });
  await save({ channel: 61, visitor: 'twice', account: 999 });
  const keep = createKeepRejected(running.table, { retentionDays: 30, dailyBytes: null, now });
  const refused = [{ accountId: 208 }, { accountId: 999 }, {}].map((account) =>
    JSON.stringify({ ...account, visitor: { id: 'twice' } }),
  );
  for (const body of refused) await keep(Buffer.from(body), { reason: 'invalid', detail: 'no chat', faults: [] });

  const { chats, bodies } = await findIn(running.table, { visitor: '999:twice' });
  expect(chats.map(({ conversationId }) => conversationId)).toEqual(['999:61']);
  expect(bodies.map(({ body }) => body).toSorted()).toEqual([refused[1], refused[2]].toSorted());
});

test('a chat that has gone on under another address is found by that alone', async () => {
  await save({ channel: 40, visitor: 'both', email: 'former@example.com' });
  await saveLater({ channel: 40, visitor: 'both', email: 'later@example.com', words: 'It goes on' });

  expect(await chatsOf('former@example.com')).toEqual([]);
  expect(await chatsOf('later@example.com')).toEqual(['208:40']);
});

test('a chat is not found by an address that only an index still has of it', async () => {
  await save({ channel: 50, visitor: 'behind', email: 'first@example.com' });
  const before = running.table.query;
  const seen: Item[] = [];
  for await (const item of before({ index: 'listing', partition: 'chat' })) {
    seen.push(item);
  }
  await saveLater({ channel: 50, visitor: 'behind', email: 'second@example.com', words: 'It goes on' });
  const behind: Table = {
    ...running.table,
    query: async function* (query) {
      if (query.partition === 'chat') yield* seen;
      else yield* before(query);
    },
  };
  expect((await findByEmail(behind, 'first@example.com')).chats).toEqual([]);
});

describe('an address is found', () => {
  const chat = (channel: number, visitor: Readonly<Record<string, unknown>>, ...texts: readonly string[]) =>
    JSON.stringify({
      accountId: 208,
      channel: { id: channel, isChat: true },
      visitor: { id: `visitor of ${channel}`, name: 'Eva', ...visitor },
      messages: texts.map((content, at) =>
        at % 2 === 0 ? { type: 'visitor', content } : { type: 'agent', from: 'agent:3', name: 'Karel', content },
      ),
    });
  const saveBody = async (body: string) => {
    const { save } = createDelivery({ table: running.table, now, crms: {} });
    await save(await seal(body, now(), () => Promise.reject(new Error('a small chat fits the queue'))));
  };

  test.each([
    ['badly written in its field', { email: 'Ivan Maly <IVAN1@posta.example>.' }, ['Hello'], 'ivan1@posta.example'],
    ['the second in its field', { email: 'a@posta.example; ivan2@posta.example' }, ['Hello'], 'ivan2@posta.example'],
    ['in another field', { email: null, note: 'now: ivan3@posta.example' }, ['Hello'], 'ivan3@posta.example'],
    ['in a variable', { variables: { mail: 'ivan4@posta.example' } }, ['Hello'], 'ivan4@posta.example'],
    ['in the visitor’s words', { email: 'ivan@posta' }, ['I am ivan5＠posta.example!'], 'ivan5@posta.example'],
    ['in an agent’s words', {}, ['Hello', 'So ivan6@posta.example?', 'Yes'], 'ivan6@posta.example'],
  ] as const)('%s', async (_where, visitor, texts, email) => {
    const channel = 500 + Number(/\d/.exec(email)?.[0]);
    await saveBody(chat(channel, visitor, ...texts));
    expect(await chatsOf(email)).toEqual([`208:${channel}`]);
    expect(await chatsOf(`x${email}`)).toEqual([]);
  });

  test('in another person’s chat, which is not theirs, and is told of', async () => {
    await saveBody(chat(510, { email: 'adam@posta.example' }, 'Ask my wife, ivana@posta.example'));
    const found = await find('ivana@posta.example');
    expect([found.chats, found.mentions]).toEqual([[], ['208:510']]);
  });

  test('and it is said what was looked through', async () => {
    const { chats, looked } = await find('nobody@posta.example');
    expect(chats).toEqual([]);
    expect(looked.chats).toBe((await collect(createRecords(running.table).chats())).length);
    expect(looked.bodies).toBeGreaterThan(0);
    const text = 'Looked through 1 chat, 2 other bodies and 3 messages on the queues.';
    expect(lookedText({ chats: 1, bodies: 2, messages: 3, inFlight: 0 })).toBe(text);
    expect(lookedText({ chats: 1, bodies: 2, messages: 3, inFlight: 2 })).toBe(
      `${text} 2 more messages could not be read, as they are being delivered: run the same command again in 7 minutes.`,
    );
  });

  test('and so is a number, however it is written', async () => {
    await saveBody(chat(520, {}, 'Call me: 00420/601 123 999'));
    await saveBody(chat(521, { countryCode: 'CZ', variables: { tel: '601.123.999 after 5' } }, 'Hello'));
    await saveBody(chat(522, { countryCode: 'CZ', variables: { tel: '601 123 998' } }, 'Order 420601123999123'));
    const found = await findIn(running.table, { phone: '+420601123999' });
    expect(found.chats.map(({ conversationId }) => conversationId).toSorted()).toEqual(['208:520', '208:521']);
  });
});
