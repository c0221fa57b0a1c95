import { createHmac } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import type { MetricName } from '../../../lambda/platform/metrics.ts';
import { createEventReceiver } from '../../../lambda/receive/event-receiver.ts';
import { readFetchRequest } from '../../../lambda/smartsupp/fetch-request.ts';

const secret = 'shared-with-smartsupp';

function receiver(given: { readonly secrets?: string; readonly fails?: 'queue' | 'secret' | 'table' } = {}) {
  const { secrets = secret, fails } = given;
  const requests: unknown[] = [];
  const rejected: { readonly reason: string; readonly body: string }[] = [];
  const counted: MetricName[] = [];
  const lines: unknown[] = [];
  const failing = (part: typeof fails) => {
    if (fails === part) throw new Error(`The ${part} is away.`);
  };
  const log = { info: keep, warn: keep, error: keep };
  function keep(...line: readonly unknown[]) {
    lines.push(line);
  }
  const receive = createEventReceiver({
    accountId: '208',
    isAuthentic: (key) => key === 'the-key',
    readSecrets: async () => {
      failing('secret');
      return secrets;
    },
    requestFetch: async (message) => {
      failing('queue');
      requests.push(readFetchRequest(message));
    },
    keepRejected: async (body, { reason }) => {
      failing('table');
      rejected.push({ reason, body: Buffer.from(body).toString() });
      return 'an-id';
    },
    noteEvent: async () => failing('table'),
    log,
    metrics: { count: (name) => counted.push(name), flush: () => {} },
  });
  const post = async (body: unknown, options: Posted = {}) => {
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    const { key = 'the-key', hmac = sign(text), isBase64Encoded = false } = options;
    const { statusCode } = Object(
      await receive({
        body: isBase64Encoded ? Buffer.from(text).toString('base64') : text,
        isBase64Encoded,
        headers: hmac === null ? {} : { 'x-smartsupp-hmac': hmac },
        pathParameters: { key },
      }),
    );
    return statusCode;
  };
  return { post, requests, rejected, counted, lines };
}

type Posted = { readonly key?: string; readonly hmac?: string | null; readonly isBase64Encoded?: boolean };

const sign = (text: string, by = secret) => createHmac('sha256', by).update(text).digest('hex');

const event = (name: string, data: object = { conversation: { id: 'coXU' } }) => ({
  type: 'event_callback',
  event: name,
  timestamp: '2026-11-30T10:00:00Z',
  account_id: 208,
  app_id: 'app',
  data,
});

describe('a signed event', () => {
  test.each(['conversation.closed', 'conversation.closed_by_contact', 'conversation.rated'])(
    '%s asks for its conversation',
    async (name) => {
      const { post, requests, counted } = receiver();
      expect(await post(event(name))).toBe(200);
      expect(requests).toEqual([{ version: 1, accountId: '208', conversationId: 'coXU', why: name }]);
      expect(counted).toHaveLength(1);
    },
  );

  test.each([
    { conversation: { id: 'coXU' } },
    { conversation: 'coXU' },
    { conversation_id: 'coXU' },
    { id: 'coXU' },
    [{ conversation: { id: 'coXU' } }],
  ])('finds the conversation in %j', async (data) => {
    const { post, requests } = receiver();
    expect(await post(event('conversation.closed', data))).toBe(200);
    expect(requests).toMatchObject([{ conversationId: 'coXU' }]);
  });

  test('contact.updated asks for the chats of the contact', async () => {
    const { post, requests } = receiver();
    expect(await post(event('contact.updated', { contact: { id: 'ctW5' } }))).toBe(200);
    expect(requests).toEqual([{ version: 1, accountId: '208', contactId: 'ctW5', why: 'contact.updated' }]);
  });

  test.each([
    ['conversation.opened', 'EventsIgnored'],
    ['conversation.contact_replied', 'EventsIgnored'],
    ['contact.created', 'EventsIgnored'],
    ['visitor.connected', 'EventsIgnored'],
    ['app.installed', 'EventsIgnored'],
    ['something.new', 'EventsUnknown'],
    ['constructor', 'EventsUnknown'],
    [{ odd: true }, 'EventsUnknown'],
    [undefined, 'EventsUnknown'],
  ])('%j is answered 200 and counted as %s', async (name, metric) => {
    const { post, requests, rejected, counted, lines } = receiver();
    expect(await post({ ...event(''), event: name })).toBe(200);
    expect({ requests, rejected, counted }).toEqual({ requests: [], rejected: [], counted: [metric] });
    // An unknown name could be anybody's words.
    if (metric === 'EventsUnknown') expect(JSON.stringify(lines)).not.toMatch(/something|visitor|odd/);
  });

  test('of another account is counted, and leads to nothing', async () => {
    const { post, requests, counted } = receiver();
    expect(await post({ ...event('conversation.closed'), account_id: 209 })).toBe(200);
    expect({ requests, counted }).toEqual({ requests: [], counted: ['EventsOfOthers'] });
  });

  test('without an account is of the one that is configured', async () => {
    const { post, requests } = receiver();
    expect(await post({ ...event('conversation.closed'), account_id: undefined })).toBe(200);
    expect(requests).toHaveLength(1);
  });

  test.each([
    ['not JSON', 'not-an-event'],
    ['null', 'not-an-event'],
    ['[1]', 'not-an-event'],
    ['', 'not-an-event'],
    [JSON.stringify(event('conversation.closed', {})), 'no-id'],
    [JSON.stringify(event('contact.updated', { contact: {} })), 'no-id'],
    [JSON.stringify({ event: 'conversation.rated' }), 'no-id'],
  ])('%s is kept as rejected', async (body, reason) => {
    const { post, requests, rejected } = receiver();
    expect(await post(body)).toBe(400);
    expect({ requests, rejected }).toEqual({ requests: [], rejected: [{ reason, body }] });
  });

  test('is answered 503 while nothing can be stored, so that it is sent again', async () => {
    expect(await receiver({ fails: 'queue' }).post(event('conversation.closed'))).toBe(503);
    expect(await receiver({ fails: 'table' }).post('not JSON')).toBe(503);
    expect(await receiver({ fails: 'secret' }).post(event('conversation.closed'))).toBe(503);
  });
});

describe('the signature', () => {
  const body = JSON.stringify(event('conversation.closed'));
  test.each([
    ['is missing', null],
    ['is empty', ''],
    ['is of another secret', sign(body, 'another')],
    ['is of another body', sign(`${body} `)],
    ['is cut off', sign(body).slice(0, -1)],
    ['is no hex', 'z'.repeat(64)],
  ])('that %s is answered 401, and nothing is kept', async (_what, hmac) => {
    const { post, requests, rejected } = receiver();
    expect(await post(body, { hmac })).toBe(401);
    expect({ requests, rejected }).toEqual({ requests: [], rejected: [] });
  });

  test('is of the bytes as they came, in base64 too', async () => {
    expect(await receiver().post(body, { isBase64Encoded: true })).toBe(200);
  });

  test('may be of either of two secrets during a rotation', async () => {
    for (const secrets of ['new-secret shared-with-smartsupp', 'shared-with-smartsupp\nold-secret\n']) {
      const { post } = receiver({ secrets });
      expect(await post(body)).toBe(200);
      expect(await post(body, { hmac: sign(body, 'gone') })).toBe(401);
    }
  });

  test('is never valid while no secret is stored', async () => {
    const hmac = createHmac('sha256', '').update(body).digest('hex');
    expect(await receiver({ secrets: ' ' }).post(body, { hmac })).toBe(401);
  });

  test('does not make up for a wrong key', async () => {
    expect(await receiver().post(body, { key: 'guessed' })).toBe(404);
  });
});
