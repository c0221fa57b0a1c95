import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { Webhook } from 'standardwebhooks';
import { createHttpClient, type HttpClient } from '../../../lambda/crm/http/http.ts';
import type { CrmAdapter, Entry } from '../../../lambda/crm/port/adapter.ts';
import { createSigner, createWebhookAdapter, webhookId } from '../../../lambda/crm/webhook/index.ts';
import { one } from '../../contract/driving.ts';
import { aConversation, anEntry } from '../../fixtures/conversation.ts';
import { type FakeWebhookReceiver, startFakeWebhookReceiver } from '../../support/fake-webhook-receiver.ts';

const generated = 'abcdefghijklmnopqrstuvwxyzABCDEF';
const entry = anEntry(aConversation());

let receiver: FakeWebhookReceiver;
let http: HttpClient;
let clock: Date;
beforeEach(async () => {
  receiver = await startFakeWebhookReceiver(generated);
  clock = new Date();
  http = createHttpClient({ now: () => clock });
});
afterEach(async () => {
  http.close();
  await receiver.close();
});
const log = (adapter: CrmAdapter, entry: Entry) => one(adapter.logConversations, entry);
const adapterWith = (secret = generated) =>
  createWebhookAdapter(
    { name: 'shop', adapter: 'webhook', url: receiver.url },
    { http, secret: async () => secret, now: () => clock },
  );

describe('a webhook', () => {
  test('carries the whole conversation, signed', async () => {
    const id = await log(adapterWith(), entry);
    expect(receiver.received.get(id)).toEqual({
      type: 'conversation',
      timestamp: entry.conversation.endedAt,
      data: entry.conversation,
    });
  });

  test('has the same id and body when it is retried, with a new timestamp', async () => {
    const adapter = adapterWith();
    const first = await log(adapter, entry);
    clock = new Date(clock.getTime() + 60_000);
    expect(await log(adapter, entry)).toBe(first);
    const [before, after] = receiver.requests;
    expect(after?.text).toBe(before?.text);
    expect(after?.headers['webhook-timestamp']).not.toBe(before?.headers['webhook-timestamp']);
    expect(receiver.received.size).toBe(1);
  });

  test('has a new id and the same data.id after the conversation changed', async () => {
    const adapter = adapterWith();
    const before = await log(adapter, entry);
    const rated = anEntry(aConversation({ rating: { score: 5, comment: null } }));
    expect(await adapter.updateConversation(rated, before)).not.toBe(before);
    expect([...receiver.received.values()].map(({ data }) => data.id)).toEqual(['208:55039', '208:55039']);
  });

  test('has a new id when it is again as it once was, and the same one if it is only sent again', async () => {
    const adapter = adapterWith();
    const rated = anEntry(aConversation({ rating: { score: 5, comment: null } }));
    const first = await log(adapter, entry);
    const second = await adapter.updateConversation(rated, first);
    const third = await adapter.updateConversation(entry, second);
    expect(new Set([first, second, third]).size).toBe(3);
    expect([...receiver.received.values()].at(-1)?.data).toEqual(entry.conversation);
    expect([await adapter.updateConversation(entry, third), await adapter.updateConversation(entry, third)]).toEqual([
      third,
      third,
    ]);
  });

  test('is delivered by any 2xx, whatever its body', async () => {
    for (const how of ['half', { status: 202, body: '<thanks/>' }, { status: 200, body: 'ok' }] as const) {
      receiver.inject({ how });
      await expect(log(adapterWith(), entry)).resolves.toMatch(/^msg_/);
    }
  });
});

describe('the signing secret', () => {
  test.each([
    ['as the stack generates it', generated],
    ['of Standard Webhooks', `whsec_${generated}`],
    ['pasted with a line end', ` ${generated}\n`],
  ])('%s is understood by any receiver', async (_, secret) => {
    await log(adapterWith(secret), entry);
    expect(receiver.received.size).toBe(1);
  });

  test.each([
    ['', 'short', 'whsec_', 'whsec_c2hvcnQ=', 'sixteen-letters!', `${generated}=`, 'A'.repeat(400), 'ěščřžýáíéúů'],
  ])('is reported to the operator if it is not a key', (...secrets) => {
    for (const secret of secrets) {
      expect(() => createSigner(secret)).toThrow(expect.objectContaining({ fault: { kind: 'credentials' } }));
    }
  });

  test('may be as long as the specification allows', () => {
    const secret = `whsec_${Buffer.alloc(64, 7).toString('base64')}`;
    const at = new Date();
    const headers = {
      'webhook-id': 'msg_1',
      'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
      'webhook-signature': createSigner(secret).sign('msg_1', at, '{}'),
    };
    expect(new Webhook(secret).verify('{}', headers)).toEqual({});
  });
});

test('a webhook id has no full stop, even if the account’s id has one', () => {
  const id = webhookId('my.shop:1', 'hash');
  expect(id).toMatch(/^msg_[\w-]{43}$/);
  expect(id).not.toBe(webhookId('my.shop:2', 'hash'));
  expect(id).not.toBe(webhookId('my.shop:1', 'other'));
});
