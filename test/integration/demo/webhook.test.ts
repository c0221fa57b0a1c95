import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Forwarder as ForwarderPort } from '../../../inspector/forwarder/forwarder.ts';
import { createSigner } from '../../../lambda/crm/webhook/index.ts';
import { createDemo } from '../../../local/demo/app.ts';
import { openCrm } from '../../../local/demo/crm/crm.ts';
import { conversation } from './conversations.ts';
import { type Forwarder, signingSecret, startForwarder } from './forwarder.ts';

let dataDir: string;
let forwarder: Forwarder;

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'demo-crm-'));
  forwarder = await startForwarder({ dataDir });
});
afterEach(async () => {
  await forwarder.close();
  await rm(dataDir, { recursive: true });
});

/** What the CRM has on disk, as another process would see it. */
function stored() {
  const crm = openCrm(dataDir);
  try {
    const contacts = crm.contacts('', 100).map((contact) => ({ ...contact, chats: crm.chatsOf(contact.id, 100) }));
    return { contacts, total: crm.count() };
  } finally {
    crm.close();
  }
}

const nothingReceived: ForwarderPort = {
  chats: async () => [],
  chat: async () => undefined,
  rejected: async () => [],
  spooled: async () => [],
  bodyOf: async () => undefined,
  replay: async () => ({ conversationId: undefined, words: '' }),
  dismiss: async () => '',
  undoDismissal: async () => '',
};

type Override = {
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly secret?: string;
};

function post({ body = envelope(), headers = {}, secret = signingSecret }: Override) {
  const at = new Date();
  return fetch(`${forwarder.url}/demo-crm`, {
    method: 'POST',
    body,
    headers: { ...signed('msg_1', at, body, secret), ...headers },
  });
}

const signed = (id: string, at: Date, body: string, secret = signingSecret) => ({
  'webhook-id': id,
  'webhook-timestamp': `${Math.floor(at.getTime() / 1000)}`,
  'webhook-signature': createSigner(secret).sign(id, at, body),
});

const envelope = (data: unknown = conversation('answered', 1)) =>
  JSON.stringify({ type: 'conversation', timestamp: '2026-03-27T15:34:00.000Z', data });

describe('what the demo CRM keeps', () => {
  it('makes one contact of one address, however it is written, with all of its chats', async () => {
    const { visitor } = conversation('answered', 1);
    await forwarder.deliver(conversation('answered', 1));
    await forwarder.deliver(
      conversation('missed', 2, { visitor: { ...visitor, email: ' Jana.Novakova@EXAMPLE.com ' } }),
    );
    const { contacts } = stored();
    expect(contacts).toMatchObject([
      { email: 'jana.novakova@example.com', name: 'Jana Nováková', chats: [{ id: '100200:2' }, { id: '100200:1' }] },
    ]);
  });

  it('never merges anonymous visitors', async () => {
    await forwarder.deliver(conversation('anonymous', 1));
    await forwarder.deliver(conversation('anonymous', 2));
    expect(stored().contacts).toMatchObject([
      { email: null, name: null, chats: [{ id: '100200:2' }] },
      { email: null, name: null, chats: [{ id: '100200:1' }] },
    ]);
  });

  it('keeps one chat of the same webhook twice', async () => {
    await post({});
    await post({});
    expect(stored()).toMatchObject({ total: 1, contacts: [{ chats: [{ id: '100200:1', score: 5 }] }] });
  });

  it('replaces a chat by a later copy of it, with a late rating', async () => {
    await forwarder.deliver(conversation('answered', 1, { rating: null }));
    await forwarder.deliver(conversation('answered', 1));
    expect(stored()).toMatchObject({ total: 1, contacts: [{ chats: [{ id: '100200:1', score: 5 }] }] });
  });

  it('gives an anonymous chat to its contact once a copy tells the address', async () => {
    const { visitor } = conversation('answered', 1);
    await forwarder.deliver(conversation('answered', 1, { visitor: { ...visitor, name: null, email: null } }));
    await forwarder.deliver(conversation('answered', 1));
    expect(stored().contacts).toMatchObject([{ email: 'jana.novakova@example.com', chats: [{ id: '100200:1' }] }]);
  });

  it('leaves an anonymous chat with its own visitor when a copy comes', async () => {
    await forwarder.deliver(conversation('anonymous', 1, { rating: null }));
    await forwarder.deliver(conversation('anonymous', 1));
    expect(stored().contacts).toMatchObject([{ email: null, chats: [{ id: '100200:1', score: 4 }] }]);
  });

  it('gives back every character of a hostile chat', async () => {
    const hostile = conversation('hostile', 1);
    await forwarder.deliver(hostile);
    const crm = openCrm(dataDir);
    expect(crm.find('100200:1')).toEqual(hostile);
    crm.close();
  });

  it('takes a chat of 6 MB', async () => {
    const messages = conversation('answered', 1).messages.map((message) => ({ ...message, text: 'ž'.repeat(300_000) }));
    await forwarder.deliver(conversation('answered', 1, { messages }));
    expect(stored().total).toBe(1);
  });

  it('finds everything again after a restart', async () => {
    await forwarder.deliver(conversation('answered', 1));
    forwarder.demo.close();
    const again = createDemo({
      dataDir,
      signingSecret,
      hookUrl: () => 'http://127.0.0.1:3000/smartsupp/key',
      forwarder: nothingReceived,
      killDeliver: async () => {},
      config: { timezone: 'UTC', language: 'en', variables: { phone: 'phone' }, contactFromWords: true },
    });
    expect(await (await again.app.request('/')).text()).toContain('Jana Nováková');
    again.close();
  });
});

describe('what can go wrong at the demo CRM', () => {
  const fail = (fault: string, on = '1') =>
    fetch(`${forwarder.url}/inspector/faults`, {
      method: 'POST',
      headers: { origin: forwarder.url },
      body: new URLSearchParams({ fault, on }),
    });
  const callsOf = async () => {
    forwarder.bodies.set('100200:1', '{}');
    await forwarder.deliver(conversation('answered', 1));
    const page = await (await fetch(`${forwarder.url}/inspector/100200%3A1`)).text();
    return [...page.matchAll(/<li data-outcome="\w+"><time[^>]*>[^<]*<\/time> ([^<]+)<\/li>/g)].map(
      ([, words]) => words,
    );
  };

  it('keeps the chat and loses the answer, once', async () => {
    await fail('lost-answer');
    await expect(forwarder.deliver(conversation('answered', 1))).rejects.toThrow('closed the connection');
    expect(stored().total).toBe(1);
    expect(await callsOf()).toEqual([
      'It kept the chat, and the answer was lost.',
      '200: it had this already, so nothing changed.',
    ]);
  });

  it('keeps the chat and has deliver killed, once', async () => {
    await fail('kill-deliver');
    await expect(forwarder.deliver(conversation('answered', 1))).rejects.toThrow('closed the connection');
    expect(forwarder.asked).toEqual(['kill deliver']);
    await forwarder.deliver(conversation('answered', 1));
    expect(forwarder.asked).toHaveLength(1);
    expect(stored().total).toBe(1);
  });

  it('is away until it is back', async () => {
    await fail('away');
    for (const _ of [1, 2]) {
      await expect(forwarder.deliver(conversation('answered', 1))).rejects.toThrow('answered 503');
    }
    expect(stored().total).toBe(0);
    await fail('away', '');
    expect(await callsOf()).toEqual(['503: it was away.', '503: it was away.', '200: it kept the chat.']);
  });
});

describe('what the demo CRM turns away', () => {
  const old = `${Math.floor(Date.now() / 1000) - 3600}`;
  it.each<readonly [string, Override, number, string]>([
    ['a wrong key', { secret: 'A'.repeat(32) }, 401, 'No matching signature'],
    ['no signature', { headers: { 'webhook-signature': '' } }, 401, 'Missing required headers'],
    ['a signature of something else', { headers: { 'webhook-id': 'msg_2' } }, 401, 'No matching signature'],
    ['an old one, replayed', { headers: { 'webhook-timestamp': old } }, 401, 'too old'],
    ['a signed body that is not JSON', { body: '{' }, 400, 'not JSON'],
    ['a signed body of another kind', { body: '{"type":"ping"}' }, 400, "'timestamp'"],
    ['a conversation without an id', { body: envelope({}) }, 400, "'id'"],
    [
      'a moment that is none',
      { body: envelope({ ...conversation('answered', 1), startedAt: 'soon' }) },
      400,
      '/startedAt',
    ],
  ])('%s', async (_, override, status, words) => {
    const response = await post(override);
    expect(response.status).toBe(status);
    expect(response.headers.get('content-type')).toContain('application/problem+json');
    expect(await response.json()).toMatchObject({ status, detail: expect.stringContaining(words) });
    expect(stored().total).toBe(0);
  });

  it('a body that is beyond all measure', async () => {
    const response = await post({ body: ' '.repeat(33 * 1024 * 1024) });
    expect(response.status).toBe(413);
  });

  it('a body whose length nobody told', async () => {
    const body = envelope();
    const at = new Date();
    const response = await fetch(`${forwarder.url}/demo-crm`, {
      method: 'POST',
      body: new Blob([body]).stream(),
      duplex: 'half',
      headers: signed('msg_1', at, body),
    });
    expect(response.status).toBe(411);
  });

  it('everything, clearly, where the secret is no key', async () => {
    const demo = createDemo({
      dataDir,
      signingSecret: 'not base64!',
      hookUrl: () => 'http://127.0.0.1:3000/smartsupp/key',
      forwarder: nothingReceived,
      killDeliver: async () => {},
      config: { timezone: 'UTC', language: 'en', variables: { phone: 'phone' }, contactFromWords: true },
    });
    const response = await demo.app.request('/demo-crm', {
      method: 'POST',
      body: envelope(),
      headers: { 'content-length': '1000' },
    });
    expect(response.status).toBe(401);
    expect(await response.json()).toMatchObject({ detail: expect.stringContaining('not base64') });
    demo.close();
  });
});
