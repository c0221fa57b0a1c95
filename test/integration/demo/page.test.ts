import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { samples } from '../../../local/demo/samples/samples.ts';
import { conversation } from './conversations.ts';
import { type Forwarder, startForwarder } from './forwarder.ts';

let forwarder: Forwarder;

beforeEach(async () => {
  forwarder = await startForwarder();
});
afterEach(() => forwarder.close());

const get = async (path: string) => {
  const response = await fetch(forwarder.url + path);
  return { response, text: await response.text() };
};

const fromPage = () => ({ origin: forwarder.url });

const post = (path: string, fields: Readonly<Record<string, string>>, headers: Readonly<Record<string, string>>) =>
  fetch(forwarder.url + path, { method: 'POST', body: new URLSearchParams(fields), headers, redirect: 'manual' });

const send = (sample: string, headers: Readonly<Record<string, string>> = fromPage()) =>
  post('/samples', { sample }, headers);

/** The page that a form's answer leads to. */
const follow = (response: Response) => get(response.headers.get('location') ?? 'nowhere');

describe('what sales see', () => {
  it('tells a newcomer what to do first', async () => {
    const { response, text } = await get('/');
    expect(response.status).toBe(200);
    expect(text).toContain('No chats yet');
  });

  it('shows the person first, whom one can write to and call, then the conversation and the facts', async () => {
    await forwarder.deliver(conversation('offline', 1));
    const { response, text } = await get('/chats/100200%3A1');
    expect(response.status).toBe(200);
    const places = [
      '<h2 id="detail-heading"><a href="/contacts/1"><bdi>Élise Fournier</bdi></a></h2>',
      'href="mailto:elise.fournier@example.org"',
      'href="tel:+33199001234"',
      'Offline message from Élise Fournier',
      'Bonsoir! I would like to buy the Ridge 3 tent',
      'Came from',
      'Ridge 3 tent · Horal',
      'href="/inspector/100200%3A1"',
    ].map((words) => [words, text.indexOf(words, text.indexOf('id="detail"'))] as const);
    expect(places.filter(([, place]) => place < 0)).toEqual([]);
    expect(places).toEqual(places.toSorted(([, one], [, other]) => one - other));
  });

  it('puts what one person says in a row together, each with its time', async () => {
    await forwarder.deliver(conversation('missed', 1));
    const { text } = await get('/chats/100200%3A1');
    expect(text.match(/class="who"/g)).toHaveLength(1);
    expect(text.match(/class="words"/g)).toHaveLength(4);
    expect(text).toMatch(/<time datetime="2026-03-27T15:33:49.000Z">16:33:49<\/time>/);
  });

  it('lists conversations by arrival under their days', async () => {
    await forwarder.deliver(conversation('answered', 1));
    await forwarder.deliver(conversation('offline', 2));
    const { text } = await get('/');
    expect(text).toMatch(/<h3 class="day"[^>]*>Today<\/h3>/);
    expect([...text.matchAll(/id="chat-100200:(\d)"/g)].map(([, id]) => id)).toEqual(['2', '1']);
  });

  it('shows a person with all of their chats', async () => {
    await forwarder.deliver(conversation('answered', 1));
    await forwarder.deliver(conversation('missed', 2));
    expect((await get('/contacts')).text).toMatch(/Jana Nováková[\s\S]*2 chats/);
    const { text } = await get('/contacts/1');
    expect(text).toContain('mailto:jana.novakova@example.com');
    expect(text.match(/id="of-person-100200:\d"/g)).toHaveLength(2);
    expect((await get('/contacts/99')).response.status).toBe(404);
  });

  it.each([
    ['a name without its accents', 'novakova', 1],
    ['an address', 'fournier@example.org', 2],
    ['a number', '33199001234', 2],
    ['words of an agent, in any order', 'WAREHOUSE forest', 1],
    ['a percent sign, which is no pattern', '%', undefined],
    ['a quote', `'"`, undefined],
  ])('finds a conversation by %s', async (_, query, found) => {
    await forwarder.deliver(conversation('answered', 1));
    await forwarder.deliver(conversation('offline', 2));
    const { text } = await get(`/?q=${encodeURIComponent(query)}`);
    expect([...text.matchAll(/id="chat-100200:(\d)"/g)].map(([, id]) => Number(id))).toEqual(found ? [found] : []);
    if (found === undefined) expect(text).toContain('Nothing has all of');
  });

  it('says how many chats are not here yet, but not of those that a rule keeps out', async () => {
    forwarder.faults.crmAway = true;
    await send('answered');
    expect((await get('/')).text).toContain('1 chat</a> received and not here yet');
    for (const status of forwarder.statuses.values()) {
      const deliveries = status.deliveries.map((delivery) => ({ ...delivery, state: 'skipped' }) as const);
      forwarder.statuses.set(status.conversationId, { ...status, deliveries });
    }
    expect((await get('/')).text).not.toContain('not here yet');
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
    await forwarder.deliver(conversation('answered', 1));
    forwarder.faults.storeAway = true;
    const { response, text } = await get('/');
    expect(response.status).toBe(200);
    expect(text).toContain('Jana Nováková');
  });

  it('lists the newest 200 chats and says how many there are', async () => {
    for (let channel = 1; channel <= 201; channel += 1) await forwarder.deliver(conversation('anonymous', channel));
    const { text } = await get('/');
    expect(text.match(/id="chat-100200:/g)).toHaveLength(200);
    expect(text).toContain('<span class="count">201</span>');
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
  it('posts to the hook and opens the chat', async () => {
    const response = await send('missed');
    expect(response.status).toBe(303);
    const { text } = await follow(response);
    expect(text).toContain('Jana Nováková');
    expect(text).toContain('Sent “Missed”.');
  });

  it('says that it is on its way until the CRM has it', async () => {
    forwarder.faults.crmAway = true;
    const { text } = await follow(await send('missed'));
    expect(text).toContain('not in this CRM yet');
  });

  it('sends each in turn, every time as a new chat', async () => {
    const answers = [];
    for (let turn = 0; turn <= samples.length; turn += 1) {
      const response = await send('next', { ...fromPage(), accept: 'application/json' });
      answers.push(Object(await response.json()).words);
    }
    expect(new Set(answers).size).toBe(samples.length);
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
    const asked = await send('answered', { ...fromPage(), accept: 'application/json' });
    expect(asked.status).toBe(502);
    expect(await asked.json()).toMatchObject({ words: expect.stringContaining('503') });
    expect((await follow(await send('answered'))).text).toContain('The hook answered 503');
  });
});

describe('the stream of changes', () => {
  it('tells at once, and gathers what follows into one more', async () => {
    const response = await fetch(`${forwarder.url}/events`);
    expect(response.headers.get('content-type')).toContain('text/event-stream');
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
    expect((await reader?.read())?.value).toBe('retry: 1000\n\n');
    for (let time = 0; time < 50; time += 1) forwarder.demo.changed();
    expect((await reader?.read())?.value).toBe('event: changed\ndata: \n\n');
    expect((await reader?.read())?.value).toBe('event: changed\ndata: \n\n');
    const quiet = new Promise((resolve) => setTimeout(resolve, 250, 'quiet'));
    expect(await Promise.race([reader?.read(), quiet])).toBe('quiet');
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
