import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { ChatStatus } from '../../../inspector/forwarder/forwarder.ts';
import type { Delivery } from '../../../lambda/delivery/delivery.ts';
import { aDelivery, at } from '../../support/a-delivery.ts';
import { hookBody, now } from './conversations.ts';
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

const post = async (action: string, fields: Readonly<Record<string, string>>) => {
  const response = await fetch(`${forwarder.url}/inspector/${action}`, {
    method: 'POST',
    headers: { origin: forwarder.url },
    body: new URLSearchParams(fields),
    redirect: 'manual',
  });
  return { response, location: response.headers.get('location') ?? '' };
};

const hook = (sample: string, channelId = 1) => hookBody(sample, channelId);

const come = (body: string) => fetch(forwarder.url + hookPath, { method: 'POST', body });

const received = (...deliveries: readonly Partial<Delivery>[]): ChatStatus => ({
  conversationId: '100200:77',
  outcome: 'missed',
  receivedAt: now.toISOString(),
  visitor: 'Eva',
  deliveries: deliveries.map(aDelivery),
});

describe('what came', () => {
  it('is streamed without being asked for', async () => {
    const response = await fetch(`${forwarder.url}/events`);
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
    await reader?.read();
    await come(hook('hostile'));
    let streamed = '';
    while (!streamed.includes('event: hook')) streamed += (await reader?.read())?.value ?? '';
    expect(streamed).toContain('data: <li id="hook-100200:1">');
    expect(streamed).toContain('Just arrived');
    await reader?.cancel();
  });

  it('is shown as JSON, and as it came', async () => {
    const body = hook('hostile');
    await come(body);
    const { text } = await get('/inspector/100200%3A1');
    expect(text).toContain('&quot;accountId&quot;: 100200');
    expect(text.match(/<script/g)).toHaveLength(1);
    expect(text).not.toMatch(/<(img src=x|svg onload|style|i>|b>v)/);
    const asItCame = await get('/inspector/100200%3A1/body');
    expect(asItCame.text).toBe(body);
    expect(asItCame.response.headers.get('content-type')).toBe('text/plain; charset=utf-8');
    expect(asItCame.response.headers.get('x-content-type-options')).toBe('nosniff');
  });

  it('is listed although the table does not know it yet, or did not keep it', async () => {
    forwarder.faults.hookAway = true;
    await come(hook('answered'));
    const { text } = await get('/inspector');
    expect(text).toContain('Answered 503, not kept');
    expect((await get('/inspector/refused-1')).text).toContain('It was not kept.');
  });

  it('is kept with the reason if it is not a chat', async () => {
    await come('{"hello":"<b>world"}');
    expect((await get('/inspector?show=rejected')).text).toContain('id="hook-r0"');
    const { text } = await get('/inspector/r0');
    expect(text).toContain('Why it was refused');
    expect(text).toContain('&lt;b&gt;world');
  });

  it('says so where there is no such hook', async () => {
    expect((await get('/inspector/1%3A2')).response.status).toBe(404);
    expect((await get('/inspector/1%3A2/body')).response.status).toBe(404);
  });
});

describe('what became of it', () => {
  it('is told for each destination, with each attempt and the CRM’s words', async () => {
    const reason = 'HubSpot answered <410>.';
    const attempt = { startedAt: at(-60), durationMs: 34, outcome: 'parked', fault: 'permanent', reason } as const;
    forwarder.statuses.set(
      '100200:77',
      received(
        {
          destination: 'demo',
          state: 'parked',
          attempts: 12,
          reason,
          history: [attempt],
          logId: 'msg_1',
          warnings: ['city (TOO_<LONG>)'],
        },
        {
          destination: 'hubspot',
          state: 'pending',
          attempts: 3,
          reason: null,
          nextAttemptAt: '2026-03-27T16:00:00.000Z',
        },
      ),
    );
    const { text } = await get('/inspector/100200%3A77');
    for (const words of [
      '12 attempts',
      'HubSpot answered &lt;410&gt;.',
      'after 34 ms',
      'msg_1',
      'city (TOO_&lt;LONG&gt;)',
      '3 attempts',
    ]) {
      expect(text).toContain(words);
    }
    expect(text).toContain('<time datetime="2026-03-27T16:00:00.000Z">17:00:00</time>');
  });

  it.each(['pending', 'held', 'parked'] as const)('is found by its state, %s', async (state) => {
    forwarder.statuses.set('100200:77', received({ state }, { destination: 'other', state: 'delivered' }));
    await come(hook('answered'));
    const { text } = await get(`/inspector?show=${state}`);
    expect(text).toContain('id="hook-100200:77"');
    expect(text).not.toContain('id="hook-100200:1"');
  });

  it('is dismissed where somebody has seen it, and no longer parked', async () => {
    const dismissal = { by: 'eva', at: now.toISOString(), reason: 'a <test> of ours' };
    forwarder.statuses.set('100200:77', received({ state: 'parked', dismissal }));
    const { text } = await get('/inspector/100200%3A77');
    expect(text).toContain('data-state="dismissed"');
    expect(text).not.toContain('data-state="parked"');
    expect(text).toContain('a &lt;test&gt; of ours');
    expect((await get('/inspector?show=dismissed')).text).toContain('id="hook-100200:77"');
    expect((await get('/inspector?show=parked')).text).not.toContain('id="hook-100200:77"');
    await post('undo', { id: '100200:77' });
    expect(forwarder.asked).toContain('undo 100200:77');
  });

  it('is dismissed with a reason, and by no other page', async () => {
    forwarder.statuses.set('100200:77', received({ state: 'parked' }));
    expect((await get('/inspector/100200%3A77')).text).toContain('action="/inspector/dismiss"');
    expect((await post('dismiss', { id: '100200:77', reason: '' })).response.status).toBe(400);
    const { location } = await post('dismiss', { id: '100200:77', reason: 'a test' });
    expect((await get(location)).text).toContain('Dismissed.');
    const foreign = await fetch(`${forwarder.url}/inspector/dismiss`, {
      method: 'POST',
      headers: { origin: 'https://evil.example' },
      body: new URLSearchParams({ id: '100200:77', reason: 'x' }),
    });
    expect(foreign.status).toBe(403);
    expect(forwarder.asked).toEqual(['dismiss 100200:77: a test']);
  });

  it('lists what waits for the queue', async () => {
    forwarder.spooled.push({ id: 'SPOOL#1', receivedAt: now.toISOString() });
    forwarder.bodies.set('SPOOL#1', hook('answered'));
    expect((await get('/inspector?show=spooled')).text).toContain('href="/inspector/SPOOL%231?show=spooled"');
    const { text } = await get('/inspector/SPOOL%231');
    expect(text).toContain('Waits for the queue');
    expect(text).toContain('Send again');
  });

  it('is unknown while the store is away', async () => {
    forwarder.faults.storeAway = true;
    const { response, text } = await get('/inspector');
    expect(response.status).toBe(200);
    expect(text).toContain('store does not answer');
  });
});

describe('the buttons', () => {
  it('send twenty copies at once, which are one note', async () => {
    await come(hook('answered'));
    const { location } = await post('copies', { id: '100200:1' });
    const { text } = await get(location);
    expect(text).toContain('20 copies were sent at once. The hook answered 200.');
    expect(text).toMatch(/21 copies came, \d+ calls went to the CRM, which has 1 note\./);
  });

  it('send again', async () => {
    await come(hook('answered'));
    const { location } = await post('replay', { id: '100200:1' });
    expect((await get(location)).text).toContain('Sent again to demo.');
    expect(forwarder.asked).toEqual(['replay 100200:1']);
  });

  it('send a body that was pasted or edited', async () => {
    await come(hook('answered'));
    const { text } = await get('/inspector/new?edit=100200%3A1');
    expect(text).toMatch(/<textarea[^>]*>{\n {2}&quot;accountId&quot;: 100200,/);
    const { location } = await post('send', { body: hook('missed', 5), copies: '1' });
    expect((await get(location)).text).toContain('Missed chat');
    const refused = await post('send', { body: '{}', copies: '1' });
    expect((await get(refused.location)).text).toContain('The hook answered 400 instead of 200.');
  });

  it('let the next chats fail, and say so', async () => {
    const { location } = await post('faults', { fault: 'away', on: '1', entry: '' });
    expect(location).toMatch(/^\/inspector\?/);
    expect((await get(location)).text).toContain('The CRM is away');
    expect((await get('/inspector')).text).toMatch(/aria-pressed="true">CRM away/);
    expect((await post('faults', { fault: 'constructor', on: '1' })).response.status).toBe(400);
  });

  it.each(['send', 'copies', 'replay', 'faults'])('refuse %s from another site', async (action) => {
    for (const headers of [{ origin: 'https://evil.example' }, {}]) {
      const response = await fetch(`${forwarder.url}/inspector/${action}`, {
        method: 'POST',
        headers: { ...headers },
        body: new URLSearchParams({ id: '1:2', body: '{}', fault: 'away', on: '1' }),
      });
      expect(response.status).toBe(403);
    }
    expect(forwarder.asked).toEqual([]);
  });
});

it('shows the key of the hook nowhere', async () => {
  await come(hook('answered'));
  await come('{}');
  const key = hookPath.split('/').at(-1) ?? hookPath;
  const paths = ['/', '/chats/100200%3A1', '/contacts', '/contacts/1', '/inspector', '/inspector/new'];
  for (const path of [...paths, '/inspector/100200%3A1', '/inspector/r0']) {
    const { response, text } = await get(path);
    expect([path, response.status]).toEqual([path, 200]);
    expect(text).not.toContain(key);
  }
});
