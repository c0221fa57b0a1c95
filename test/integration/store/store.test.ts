import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { contentHash } from '../../../lambda/conversation/content-hash.ts';
import { claim, type Delivery, settle } from '../../../lambda/delivering/ledger.ts';
import type { Recording } from '../../../lambda/delivering/ports.ts';
import { readConversation } from '../../../lambda/smartsupp/recognise.ts';
import { createContacts } from '../../../lambda/store/contacts.ts';
import { createConversations, createReadBody } from '../../../lambda/store/conversations.ts';
import { createLedger } from '../../../lambda/store/ledger.ts';
import { createListing } from '../../../lambda/store/listing.ts';
import { createGetOverflow, createPutOverflow } from '../../../lambda/store/overflow.ts';
import { startTable, type TestTable } from '../../support/dynamodb.ts';

let running: TestTable;
beforeAll(async () => {
  running = await startTable();
});
afterAll(() => running.close());

/** Every test has a chat of its own. */
let channelId = 0;
beforeEach(() => {
  channelId += 1;
});

const retention = { retentionDays: 30 };
let clock = new Date('2026-05-01T08:00:00Z');
const now = () => clock;

function copy(words: readonly string[], parts: { rating?: number; receivedAt?: string } = {}): Recording {
  const body = JSON.stringify({
    accountId: 208,
    channel: { id: channelId, rating: parts.rating ?? null },
    visitor: { id: 7, email: 'Eva@Example.com' },
    messages: words.map((content) => ({ type: 'visitor', content })),
  });
  const conversation = readConversation(body);
  if (conversation === undefined) throw new Error('the fixture is no chat');
  const receivedAt = new Date(parts.receivedAt ?? '2026-05-01T08:00:00Z');
  return { conversation, contentHash: contentHash(conversation), body, receivedAt };
}

describe('a conversation', () => {
  const conversations = () => createConversations(running.table, retention);
  const readBody = (conversationId: string) => createReadBody(running.table)(conversationId);

  test('is kept as it came', async () => {
    const recording = copy(['Hello', 'žluťoučký kůň \u0000 🐎']);
    expect(await conversations().record(recording)).toBe('recorded');
    const { body, receivedAt } = recording;
    expect(await readBody(recording.conversation.id)).toEqual({ body, receivedAt });
  });

  test('of 6 MB that nothing can compress is kept whole', async () => {
    const recording = copy([randomBytes(3_000_000).toString('hex')]);
    await conversations().record(recording);
    const kept = await readBody(recording.conversation.id);
    expect(kept?.body === recording.body).toBe(true);
  });

  test('is kept once, however often it comes', async () => {
    const recording = copy(['Hello']);
    await conversations().record(recording);
    expect(await conversations().record(copy(['Hello'], { receivedAt: '2026-05-02T08:00:00Z' }))).toBe('unchanged');
    const same = await Promise.all(Array.from({ length: 20 }, () => conversations().record(recording)));
    expect(new Set(same)).toEqual(new Set(['unchanged']));
  });

  test('is replaced by a longer copy, and by a rated one', async () => {
    await conversations().record(copy(['Hello']));
    const longer = copy(['Hello', 'Still there?']);
    expect(await conversations().record(longer)).toBe('recorded');
    const rated = copy(['Hello', 'Still there?'], { rating: 5 });
    expect(await conversations().record(rated)).toBe('recorded');
    expect((await readBody(rated.conversation.id))?.body).toBe(rated.body);
  });

  test('is not replaced by an older copy that was held up', async () => {
    const whole = copy(['Hello', 'Still there?']);
    await conversations().record(whole);
    expect(await conversations().record(copy(['Hello'], { receivedAt: '2026-05-09T08:00:00Z' }))).toBe('superseded');
    expect((await readBody(whole.conversation.id))?.body).toBe(whole.body);
  });

  test('of which many copies come at once ends as the longest of them', async () => {
    const copies = Array.from({ length: 10 }, (_, index) => copy(Array.from({ length: index + 1 }, () => 'Hello')));
    await Promise.all(copies.map((each) => conversations().record(each)));
    const longest = copies.at(-1);
    expect((await readBody(`208:${channelId}`))?.body).toBe(longest?.body);
  });

  test('may have ids and a visitor of any length', async () => {
    const long = '\u20ac'.repeat(128);
    const body = JSON.stringify({ accountId: long, channel: { id: long }, visitor: { id: long.repeat(100) } });
    const conversation = readConversation(body);
    if (conversation === undefined) throw new Error('the fixture is a chat');
    const recording = { conversation, contentHash: 'x', body, receivedAt: now() };
    expect(await conversations().record(recording)).toBe('recorded');
    expect((await readBody(conversation.id))?.body).toBe(body);
  });

  test('that never came is not there', async () => {
    expect(await readBody('208:nobody')).toBeUndefined();
  });
});

describe('a delivery', () => {
  const ledger = () => createLedger(running.table, { ...retention, now });
  const id = () => `208:${channelId}`;
  const first = (): Delivery => {
    const wanted = { destination: 'crm', contentHash: 'x', now: now(), leaseUntil: new Date(now().getTime() + 30_000) };
    const claimed = claim(undefined, wanted);
    if (claimed.kind !== 'claimed') throw new Error('a first claim succeeds');
    return claimed.delivery;
  };

  test('is read as it was written', async () => {
    expect(await ledger().read(id(), 'crm')).toBeUndefined();
    expect(await ledger().write(id(), first())).toBe(true);
    expect(await ledger().read(id(), 'crm')).toEqual(first());
  });

  test('is claimed by one of twenty', async () => {
    const written = await Promise.all(Array.from({ length: 20 }, () => ledger().write(id(), first())));
    expect(written.filter(Boolean)).toHaveLength(1);
  });

  test('cannot be written by one who did not see the last write', async () => {
    await ledger().write(id(), first());
    const delivered = settle(first(), now(), { state: 'delivered' });
    expect(await ledger().write(id(), delivered)).toBe(true);
    expect(await ledger().write(id(), delivered)).toBe(false);
  });

  test('is listed with its conversation', async () => {
    clock = new Date('2027-01-01T00:00:00Z');
    await createConversations(running.table, retention).record(copy(['Hi'], { receivedAt: '2027-01-01T00:00:00Z' }));
    await ledger().write(id(), first());
    await ledger().write(id(), settle(first(), now(), { state: 'parked', reason: 'no such field' }));
    const [latest] = await createListing(running.table).recent(1);
    expect(latest).toMatchObject({
      conversationId: id(),
      outcome: 'missed',
      deliveries: [{ destination: 'crm', state: 'parked', attempts: 1, reason: 'no such field' }],
    });
  });
});

describe('a contact', () => {
  const contacts = () => createContacts(running.table, { ...retention, now });
  const person = () => ({ personKey: `email#eva${channelId}@example.com`, destination: 'crm' });
  const inSeconds = (seconds: number) => new Date(now().getTime() + seconds * 1000);

  test('is created by one of twenty, and known to all afterwards', async () => {
    const claims = await Promise.all(Array.from({ length: 20 }, () => contacts().claim(person(), inSeconds(30))));
    expect(claims.filter(({ kind }) => kind === 'claimed')).toHaveLength(1);
    expect(claims.filter(({ kind }) => kind === 'busy')).toHaveLength(19);
    await contacts().remember(person(), '77');
    expect(await contacts().claim(person(), inSeconds(30))).toEqual({ kind: 'known', contactId: '77' });
  });

  test('is another at another destination', async () => {
    await contacts().remember(person(), '77');
    expect(await contacts().claim({ ...person(), destination: 'other' }, inSeconds(30))).toEqual({ kind: 'claimed' });
  });

  test('may be created by the next when the first failed', async () => {
    await contacts().claim(person(), inSeconds(30));
    await contacts().release(person());
    expect(await contacts().claim(person(), inSeconds(30))).toEqual({ kind: 'claimed' });
  });

  test('may be created by the next when the first died', async () => {
    await contacts().claim(person(), inSeconds(30));
    clock = inSeconds(31);
    expect(await contacts().claim(person(), inSeconds(30))).toEqual({ kind: 'claimed' });
  });

  test('that is known is not forgotten by a late release', async () => {
    await contacts().claim(person(), inSeconds(30));
    await contacts().remember(person(), '77');
    await contacts().release(person());
    expect(await contacts().claim(person(), inSeconds(30))).toEqual({ kind: 'known', contactId: '77' });
  });
});

describe('a body too large for the queue', () => {
  test('comes back whole, and once for all its copies', async () => {
    const put = createPutOverflow(running.table, now);
    const bytes = randomBytes(2_000_000);
    const id = await put(bytes);
    expect(await put(bytes)).toBe(id);
    expect(bytes.equals(await createGetOverflow(running.table)(id))).toBe(true);
  });

  test('that is not there is an error', async () => {
    await expect(createGetOverflow(running.table)('nothing')).rejects.toThrow('incomplete');
  });
});
