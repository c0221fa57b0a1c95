import { expect, test } from '@jest/globals';
import { createIdentityOf } from '../../../lambda/mapping/identity.ts';
import { createCardOf } from '../../../lambda/notify/cards.ts';
import type { News } from '../../../lambda/notify/notify.ts';
import { aDelivery, at, now } from '../../support/a-delivery.ts';

const body = (more: object = {}) =>
  JSON.stringify({
    accountId: 208,
    beginAt: now.getTime() - 60_000,
    endAt: now.getTime(),
    channel: { id: 1, isMissed: true },
    visitor: { id: 'vi1', name: 'Jana Nováková', email: 'jana@example.com', variables: [] },
    messages: [{ type: 'visitor', content: 'My secret question', sentAt: now.getTime() - 50_000 }],
    ...more,
  });

const settings = { variables: { phone: 'phone' }, contactFromWords: true };
const crm = { name: 'crm', adapter: 'odoo', baseUrl: 'https://odoo.example.com', database: 'x' } as const;

const cardOf = (text: string | undefined, withWords = false) =>
  createCardOf({
    load: async () =>
      text === undefined
        ? 'erased'
        : {
            conversationId: '208:1',
            revision: '1',
            rating: null,
            receivedAt: now,
            length: text.length,
            readBody: async () => text,
          },
    records: { deliveriesOf: async () => [aDelivery({ destination: 'crm', state: 'delivered', contactId: '7' })] },
    identityOf: createIdentityOf(settings),
    config: { destinations: [crm], timezone: 'Europe/Prague', language: 'en' },
    withWords,
    commandLine: (command) => `npx forwarder ${command}`,
    now: () => now,
  });

const missed: News = {
  event: 'missed',
  id: 'missed 208:1',
  at: now,
  chat: { conversationId: '208:1', outcome: 'missed', receivedAt: at(0) },
};

test('a missed chat is told with who it was and how to reach them, without their words', async () => {
  const card = await cardOf(body())(missed);
  expect(card).toMatchObject({ event: 'missed', title: 'Missed chat with Jana Nováková', texts: [] });
  expect(card?.facts).toContainEqual({ label: 'E-mail', value: 'jana@example.com' });
  expect(card?.link).toBe('https://odoo.example.com/odoo/res.partner/7');
  expect(JSON.stringify(card)).not.toContain('secret question');
});

test('a rating’s comment is words, too', async () => {
  const rated = { rating: { value: 1, text: 'Terrible secret' } };
  expect(JSON.stringify(await cardOf(body(rated))(missed))).not.toContain('Terrible');
});

test('the words are told if that is configured', async () => {
  expect((await cardOf(body(), true)(missed))?.texts).toEqual(['My secret question']);
});

test.each([
  ['was erased', undefined],
  [
    'was answered in the meantime',
    body({ channel: { id: 1 }, messages: [{ type: 'agent', content: 'Hello', sentAt: now.getTime() }] }),
  ],
  ['ended days ago, and is imported now', body({ endAt: now.getTime() - 3 * 86_400_000 })],
])('nobody is told of a chat that %s', async (_what, text) => {
  expect(await cardOf(text)(missed)).toBeUndefined();
});

test('a parked chat is told with why, and what to run', async () => {
  const delivery = aDelivery({ destination: 'crm', reason: `no such property ${'x'.repeat(500)}` });
  const card = await cardOf(body())({ event: 'parked', id: 'x', at: now, conversationId: '208:1', delivery });
  expect(card).toMatchObject({
    title: 'Given up at crm: the chat of Jana Nováková',
    texts: [expect.stringMatching(/^no such property x+$/)],
    run: ['npx forwarder show 208:1', 'npx forwarder replay 208:1'],
  });
  expect(card?.texts[0]?.length).toBeLessThanOrEqual(300);
});
