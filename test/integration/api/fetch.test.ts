import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { writeFetchRequest } from '../../../lambda/smartsupp/fetch-request.ts';
import { chatOf, startSystem } from './system.ts';

let system: Awaited<ReturnType<typeof startSystem>>;
/** Closed even if a test fails. */
const all: Pick<typeof system, 'close'>[] = [];
async function started(settings: object = {}) {
  const one = await startSystem(settings);
  all.push(one);
  return one;
}
beforeEach(async () => {
  system = await started();
});
afterEach(async () => {
  await Promise.all(all.splice(0).map(({ close }) => close()));
});

const askContact = (contactId: string) =>
  system.fetch(writeFetchRequest({ accountId: '208', contactId, why: 'contact.updated' }), 1);

describe('a conversation that a webhook told of', () => {
  test('is read by REST and delivered', async () => {
    system.fake.put(chatOf('co1', ['Hello']));
    expect(await system.ask('co1')).toBe('done');
    await system.deliverAll();
    expect(system.crm.contacts).toEqual(['co1@example.com']);
    expect(system.crm.notes).toMatchObject([{ conversationId: '208:co1' }]);
  });

  test('is one note that is up to date, however often, at once and out of order it is told', async () => {
    system.fake.put(chatOf('co1', ['Hello']));
    await Promise.all([system.ask('co1'), system.ask('co1')]);
    const [closed = '', again = ''] = system.queue.splice(0);
    // It is opened again, closed again, and rated.
    system.fake.put(chatOf('co1', ['Hello', 'And now?']));
    await system.ask('co1');
    system.fake.put(chatOf('co1', ['Hello', 'And now?'], { conversation: { rating_value: 4 } }));
    await system.ask('co1');
    const [reopened = '', rated = ''] = system.queue.splice(0);
    for (const message of [reopened, closed, rated, again, closed]) await system.deliver(message);
    expect(system.crm.notes).toHaveLength(1);
    const delivery = await system.ledger.read('208:co1', 'crm');
    expect(delivery?.state).toBe('delivered');
    expect(system.crm.notes[0]?.contentHash).toBe(delivery?.contentHash);

    // The same as what came in order.
    const inOrder = await started();
    for (const message of [closed, again, reopened, rated]) await inOrder.deliver(message);
    expect(inOrder.crm.notes).toEqual(system.crm.notes);
  });

  test('that Smartsupp does not know any more is kept as rejected, with its words', async () => {
    expect(await system.ask('coGone')).toBe('done');
    expect(system.rejected).toEqual([expect.stringMatching(/^not-fetched: Smartsupp answered 404 .*Not found/)]);
    expect(system.queue).toEqual([]);
  });

  test.each([
    [
      '429 with Retry-After',
      { status: 429, headers: { 'retry-after': '90' } },
      { retryAfterMs: 90_000, isForAll: true },
    ],
    ['500', { status: 500 }, { isForAll: false }],
    ['503', { status: 503 }, { isForAll: false }],
    ['a web page', { status: 200, body: '<html>', headers: { 'content-type': 'text/html' } }, { isForAll: false }],
    ['401', { status: 401 }, { isForAll: true }],
    ['a closed connection', { how: 'reset' as const }, { isForAll: true }],
    ['silence', { how: 'silence' as const }, { isForAll: true }],
  ])('comes later if Smartsupp answers %s', async (_what, fault, later) => {
    system.fake.put(chatOf('co1', ['Hello']));
    system.fake.inject(fault);
    expect(await system.ask('co1')).toMatchObject(later);
    expect([system.queue, system.rejected]).toEqual([[], []]);
    expect(await system.ask('co1')).toBe('done');
    expect(system.queue).toHaveLength(1);
  });

  test('does not come without its contact or some of its messages, but at last without the agents’ names', async () => {
    system.fake.put(chatOf('co1', ['Hello']));
    for (const part of ['/messages', '/contacts/', '/agents', '/visitors/']) {
      system.fake.inject({ on: ({ path }) => path.includes(part), status: 500 });
      expect(await system.ask('co1')).toEqual({ isForAll: false });
    }
    for (const part of ['/agents', '/visitors/']) system.fake.inject({ on: ({ path }) => path.includes(part) });
    expect(await system.ask('co1', 6)).toBe('done');
    system.fake.inject({ on: ({ path }) => path.includes('/contacts/'), status: 500 });
    expect(await system.ask('co1', 6)).toEqual({ isForAll: false });
  });

  test('is delivered whole if messages come while its pages are read', async () => {
    const words = Array.from({ length: 150 }, (_, at) => `Question ${at}`);
    system.fake.put(chatOf('co1', words));
    let pages = 0;
    system.fake.beforeEach(({ path }) => {
      if (!path.endsWith('/messages')) return;
      pages += 1;
      if (pages === 2) system.fake.put(chatOf('co1', [...words, 'One more']));
    });
    await system.ask('co1');
    const { text } = JSON.parse(system.queue[0] ?? '').body;
    const { messages } = JSON.parse(text);
    expect(messages).toHaveLength(302);
    expect(messages.at(-1).content.text).toBe('About One more');
  });

  test('is delivered although nothing but ids is as expected', async () => {
    system.fake.put({
      conversation: { id: 'co1', created_at: 1_764_496_800, tags: { data: [{ name: 'VIP' }] }, channel: 'default' },
      messages: [{ content: 'Just text' }, { id: 5, sub_type: 'novelty', content: ['a', { text: 'b' }] }],
    });
    expect(await system.ask('co1')).toBe('done');
    await system.deliverAll();
    expect(system.crm.notes.length + ((await system.ledger.read('208:co1', 'crm')) ? 1 : 0)).toBeGreaterThan(0);
  });
});

describe('an updated contact', () => {
  test('brings the chats that were held for want of an address, and no others', async () => {
    system.fake.put(chatOf('coHeld', ['Hello'], { contact: { email: null } }));
    system.fake.put(chatOf('coKnown', ['Hello']));
    await system.ask('coHeld');
    await system.ask('coKnown');
    await system.settle();
    expect((await system.ledger.read('208:coHeld', 'crm'))?.state).toBe('held');

    expect(await askContact('ct-coKnown')).toBe('done');
    expect(await askContact('ct-nobody')).toBe('done');
    expect(system.requests).toEqual([]);
    expect(await askContact('ct-coHeld')).toBe('done');
    expect(system.requests).toHaveLength(1);

    system.fake.put(chatOf('coHeld', ['Hello'], { contact: { email: 'late@example.com' } }));
    await system.fetch(system.requests[0] ?? '', 1);
    await system.deliverAll();
    expect(system.crm.contacts).toContain('late@example.com');
  });
});

test('a message that is no request is kept as rejected', async () => {
  expect(await system.fetch('{"version":2}', 1)).toBe('done');
  expect(system.rejected).toEqual([expect.stringMatching(/^no-request: /)]);
});

describe('settings', () => {
  const bot = { id: 'b', sub_type: 'bot', content: { type: 'text', text: 'I am a bot.' } };
  const withBot = (chat: ReturnType<typeof chatOf>, agents: boolean) => ({
    ...chat,
    messages: [...chat.messages.filter(({ sub_type }) => agents || sub_type === 'contact'), bot],
  });

  test('humanOnly skips what only bots answered', async () => {
    const own = await started({ humanOnly: true });
    own.fake.put(withBot(chatOf('coBot', ['Hello']), false));
    own.fake.put(withBot(chatOf('coBoth', ['Hello']), true));
    own.fake.put({ ...chatOf('coMissed', ['Hello']), messages: chatOf('coMissed', ['Hello']).messages.slice(0, 1) });
    for (const id of ['coBot', 'coBoth', 'coMissed']) await own.ask(id);
    await own.deliverAll();
    expect(await own.ledger.read('208:coBot', 'crm')).toMatchObject({
      state: 'skipped',
      reason: 'Only bots answered the visitor (humanOnly).',
    });
    expect(own.crm.notes.map(({ conversationId }) => conversationId).toSorted()).toEqual([
      '208:coBoth',
      '208:coMissed',
    ]);
  });

  test('consent holds the chats of those who did not agree, until they do', async () => {
    const own = await started({ consent: true });
    const chat = (gdpr_approved: boolean | undefined) =>
      chatOf('co1', ['Hello'], { contact: { email: 'eva@example.com', gdpr_approved } });
    for (const [approved, reason] of [
      [undefined, /does not say/],
      [false, /has not agreed/],
    ] as const) {
      own.fake.put(chat(approved));
      await own.ask('co1');
      await own.settle();
      expect(await own.ledger.read('208:co1', 'crm')).toMatchObject({
        state: 'held',
        reason: expect.stringMatching(reason),
      });
    }
    own.fake.put(chat(true));
    await own.fetch(writeFetchRequest({ accountId: '208', contactId: 'ct-co1', why: 'contact.updated' }), 1);
    await own.fetch(own.requests[0] ?? '', 1);
    expect(own.crm.contacts).toEqual([]);
    await own.deliverAll();
    expect(own.crm.contacts).toEqual(['eva@example.com']);
  });
});
