import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { ConversationStatus } from '../../../lambda/conversation/status.ts';
import { samples } from '../../../local/demo/samples/samples.ts';
import { conversation } from './conversations.ts';
import { type Forwarder, hookPath, startForwarder } from './forwarder.ts';

let forwarder: Forwarder;

beforeEach(async () => {
  forwarder = await startForwarder();
});
afterEach(() => forwarder.close());

const get = async (path: string) => {
  const response = await fetch(forwarder.url + path);
  return { response, text: await response.text() };
};

const send = (sample: string, headers: Readonly<Record<string, string>> = { origin: forwarder.url }) =>
  fetch(`${forwarder.url}/samples`, {
    method: 'POST',
    body: new URLSearchParams({ sample }),
    headers,
    redirect: 'manual',
  });

const parked: ConversationStatus = {
  conversationId: '100200:77',
  outcome: 'missed',
  receivedAt: '2026-03-27T15:34:00.000Z',
  deliveries: [
    {
      destination: 'demo',
      state: 'parked',
      attempts: 12,
      reason: 'The webhook receiver answered <410>.',
      nextAttemptAt: null,
      updatedAt: '2026-03-27T15:40:00.000Z',
    },
    {
      destination: 'hubspot',
      state: 'pending',
      attempts: 3,
      reason: null,
      nextAttemptAt: '2026-03-27T16:00:00.000Z',
      updatedAt: '2026-03-27T15:40:00.000Z',
    },
  ],
};

describe('the page', () => {
  it('tells a newcomer what to do first', async () => {
    const { response, text } = await get('/');
    expect(response.status).toBe(200);
    expect(text).toContain('No chats yet');
    expect(text).toContain(`${forwarder.url}${hookPath}`);
  });

  it('shows a chat with its transcript, its outcome and its delivery', async () => {
    await forwarder.deliver(conversation('answered', 1));
    const { response, text } = await get('/chats/100200%3A1');
    expect(response.status).toBe(200);
    for (const words of ['Chat with Jana Nováková', 'Answered', 'Lucie Horáková joined', 'Delivered', '1 attempt']) {
      expect(text).toContain(words);
    }
    expect(text).toMatch(/<time datetime="2026-03-27T15:31:20.000Z">16:31:20<\/time>/);
  });

  it('shows where a chat stands that is not here', async () => {
    forwarder.statuses.set(parked.conversationId, parked);
    for (const path of ['/deliveries', '/chats/100200%3A77']) {
      const { text } = await get(path);
      expect(text).toContain('12 attempts');
      expect(text).toContain('The webhook receiver answered &lt;410&gt;.');
      expect(text).toContain('<time datetime="2026-03-27T16:00:00.000Z">27 Mar 2026, 17:00</time>');
    }
  });

  it('finds a chat whose ids are odd', async () => {
    await forwarder.deliver(conversation('answered', 1, { id: 'a%2Fb%3A:c%22%3E' }));
    const link = /href="(\/chats\/a[^"]+)"/.exec((await get('/')).text)?.[1] ?? '';
    expect((await get(link)).text).toContain('Chat with Jana Nováková');
  });

  it('says so where there is no such chat', async () => {
    expect((await get('/chats/1%3A2')).response.status).toBe(404);
  });

  it('is still there when the forwarder’s store is away', async () => {
    forwarder.faults.storeAway = true;
    const { response, text } = await get('/');
    expect(response.status).toBe(200);
    expect(text).toContain('store does not answer');
  });

  it('shows the newest 200 chats and says how many there are', async () => {
    for (let channel = 1; channel <= 201; channel += 1) await forwarder.deliver(conversation('anonymous', channel));
    const { text } = await get('/');
    expect(text.match(/id="chat-100200:/g)).toHaveLength(200);
    expect(text).toContain('The newest 200 of 201 chats');
    expect((await get('/chats/100200%3A1')).response.status).toBe(200);
  });

  it('shows the first thousand messages, and the rest on demand', async () => {
    const messages = conversation('offline', 1).messages.flatMap((message) =>
      Array.from({ length: 1200 }, (_, index) => ({ ...message, text: `line ${index}.` })),
    );
    await forwarder.deliver(conversation('answered', 1, { messages }));
    const { text } = await get('/chats/100200%3A1');
    expect(text).toContain('line 999.');
    expect(text).not.toContain('line 1000.');
    expect(text).toContain('Show all 1,200 messages');
    expect((await get('/chats/100200%3A1?whole=1')).text).toContain('line 1199.');
  });
});

describe('the page is careful', () => {
  it('lets nothing run but its own script', async () => {
    const { response } = await get('/');
    const policy = response.headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("script-src 'self'");
    expect(policy).not.toContain('unsafe');
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
  });

  it('escapes what a visitor typed, and links only to the web', async () => {
    await forwarder.deliver(conversation('hostile', 1));
    const { text } = await get('/chats/100200%3A1');
    expect(text.match(/<script/g)).toHaveLength(1);
    expect(text).not.toMatch(/<(img src=x|svg onload|style|i>|b>v)/);
    expect(text).not.toMatch(/href="(javascript|data):/i);
    // Control characters, directional overrides and lone halves of a pair are all gone.
    expect(text.replace(/[\t\n]/g, '')).not.toMatch(/[\p{Cc}\u202a-\u202e\u2066-\u2069]/u);
  });

  it('answers only under a name that is its own', async () => {
    const { hostname, port } = new URL(forwarder.url);
    for (const [host, status] of [
      [`${hostname}:${port}`, 200],
      [`localhost:${port}`, 200],
      [`[::1]:${port}`, 200],
      ['192.168.1.20:3000', 200],
      ['rebound.example', 421],
      ['127.0.0.1.rebound.example:3000', 421],
    ] as const) {
      const response = await forwarder.demo.app.request(`http://${host}/`);
      expect([host, response.status]).toEqual([host, status]);
    }
  });

  it('asks the browser to look again, and answers 304 where nothing changed', async () => {
    const { response } = await get('/');
    expect(response.headers.get('cache-control')).toBe('private, no-cache');
    const etag = response.headers.get('etag') ?? '';
    expect((await fetch(forwarder.url, { headers: { 'if-none-match': etag } })).status).toBe(304);
  });
});

describe('sending a sample', () => {
  it('posts to the hook and returns to the page', async () => {
    const response = await send('missed');
    expect(response.status).toBe(303);
    expect(response.headers.get('location')).toBe('/?sent=1');
    expect((await get('/')).text).toContain('Jana Nováková');
  });

  it('sends each in turn, every time as a new chat', async () => {
    const answers = [];
    for (let turn = 0; turn <= samples.length; turn += 1) {
      const response = await send('next', { origin: forwarder.url, accept: 'application/json' });
      answers.push(await response.json());
    }
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(samples.length);
    expect(forwarder.statuses.size).toBe(samples.length + 1);
  });

  it.each([
    ['another site', { origin: 'https://evil.example' }],
    ['another port of this machine', { origin: 'http://127.0.0.1:1' }],
    ['nobody knows where', {}],
    ['a hidden origin', { origin: 'null' }],
  ])('refuses a form from %s', async (_, headers) => {
    expect((await send('answered', headers)).status).toBe(403);
    expect(forwarder.statuses.size).toBe(0);
  });

  it('refuses a sample that there is not', async () => {
    expect((await send('constructor')).status).toBe(400);
  });

  it('refuses a form that is cut off', async () => {
    const response = await fetch(`${forwarder.url}/samples`, {
      method: 'POST',
      headers: { origin: forwarder.url, 'content-type': 'multipart/form-data; boundary=x' },
      body: '--x\r\nContent-Disposition: form-data; name="sample"',
    });
    expect([response.status, await response.json()]).toEqual([400, expect.objectContaining({ title: 'Not a form' })]);
    expect(forwarder.statuses.size).toBe(0);
  });

  it('says what is wrong when the hook refuses', async () => {
    forwarder.faults.hookAway = true;
    const asked = await send('answered', { origin: forwarder.url, accept: 'application/json' });
    expect(asked.status).toBe(502);
    expect(await asked.json()).toMatchObject({ detail: expect.stringContaining('503') });
    const posted = await send('answered');
    expect(posted.status).toBe(502);
    expect(await posted.text()).toContain('The hook answered 503');
  });
});

describe('the stream of changes', () => {
  it('gathers what happens together into one push', async () => {
    const response = await fetch(`${forwarder.url}/events`);
    expect(response.headers.get('content-type')).toContain('text/event-stream');
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
    expect((await reader?.read())?.value).toBe('retry: 1000\n\n');
    for (let time = 0; time < 50; time += 1) forwarder.demo.changed();
    expect((await reader?.read())?.value).toBe('event: changed\ndata: \n\n');
    forwarder.demo.changed();
    expect((await reader?.read())?.value).toBe('event: changed\ndata: \n\n');
    await reader?.cancel();
  });

  it('ends when the demo closes', async () => {
    const response = await fetch(`${forwarder.url}/events`);
    const ended = response.text();
    await new Promise((resolve) => setImmediate(resolve));
    forwarder.demo.close();
    expect(await ended).toBe('retry: 1000\n\n');
  });
});
