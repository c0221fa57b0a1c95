import { request } from 'node:http';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { Hono } from 'hono';
import { failed, type InvocationResult, tooLarge } from '../../../local/lambda/function.ts';
import { createSite } from '../../../local/run.ts';
import { createGateway, type Exchange } from '../../../local/triggers/gateway.ts';
import { openWebServer, type WebServer } from '../../../local/web-server.ts';

// Real processes, and a machine that may be busy.
jest.setTimeout(120_000);

let web: WebServer;
let events: { readonly name: string; readonly event: APIGatewayProxyEventV2 }[];
let result: InvocationResult | Promise<InvocationResult>;
let refused: number;
let answered: Exchange[];
let isFull: boolean;

const route = (routeKey: string, functionName: string) => ({ routeKey, functionName, timeoutMilliseconds: 300 });
const answer = (value: unknown): InvocationResult => ({ succeeded: true, payload: JSON.stringify(value) });

beforeEach(async () => {
  events = [];
  answered = [];
  result = answer({ statusCode: 200, body: 'ok' });
  refused = 0;
  isFull = false;
  const gateway = createGateway({
    routes: [route('$default', 'default'), route('ANY /any/{rest+}', 'any'), route('POST /smartsupp/{key}', 'receive')],
    invoke: async (name, event) => {
      events.push({ name, event: JSON.parse(event) });
      return result;
    },
    onTooLarge: () => (refused += 1),
    onAnswered: (exchange) => answered.push(exchange),
    mayAccept: () => !isFull,
  });
  web = await openWebServer('127.0.0.1', 0);
  web.serve(createSite({ gateway, demo: new Hono(), isUp: () => true, onError: () => {} }).fetch);
});

afterEach(() => web.close());

const post = (body: NonNullable<RequestInit['body']>, headers: Record<string, string> = {}, path = '/smartsupp/key') =>
  fetch(web.origin + path, { method: 'POST', body, headers });

test('a POST that was answered is told of, with its body and its answer', async () => {
  await post('{"a":1}');
  await fetch(`${web.origin}/any/thing`);
  expect(answered.map(({ body, answer }) => [body.toString(), answer.status, answer.body])).toEqual([
    ['{"a":1}', 200, 'ok'],
  ]);
});

describe('a request', () => {
  test('becomes an event in payload format 2.0', async () => {
    await post(
      '{"a":1}',
      { 'Content-Type': 'application/json', 'X-Custom': 'A', Cookie: 'a=1; b=2' },
      '/smartsupp/k%20y?q=1&q=2&r=%C5%BE',
    );
    expect(events).toEqual([
      {
        name: 'receive',
        event: {
          version: '2.0',
          routeKey: 'POST /smartsupp/{key}',
          rawPath: '/smartsupp/k%20y',
          rawQueryString: 'q=1&q=2&r=%C5%BE',
          queryStringParameters: { q: '1,2', r: 'ž' },
          cookies: ['a=1', 'b=2'],
          pathParameters: { key: 'k y' },
          headers: expect.objectContaining({
            'content-type': 'application/json',
            'x-custom': 'A',
            'content-length': '7',
            host: new URL(web.origin).host,
            'x-forwarded-for': '127.0.0.1',
            'x-forwarded-port': new URL(web.origin).port,
            'x-forwarded-proto': 'http',
            'x-amzn-trace-id': expect.stringMatching(/^Root=1-[0-9a-f]{8}-[0-9a-f]{24}$/),
          }),
          requestContext: expect.objectContaining({
            stage: '$default',
            routeKey: 'POST /smartsupp/{key}',
            requestId: expect.any(String),
            timeEpoch: expect.any(Number),
            http: expect.objectContaining({ method: 'POST', path: '/smartsupp/k%20y', sourceIp: '127.0.0.1' }),
          }),
          body: '{"a":1}',
          isBase64Encoded: false,
        },
      },
    ]);
  });

  test.each([
    'application/json',
    'Application/JSON; charset=utf-8',
    'text/plain',
    'text/anything',
    'application/xml',
    'application/javascript',
  ])('hands %s over as text', async (type) => {
    await post('\ufeff{"ž":1}', { 'content-type': type });
    expect(events[0]?.event).toMatchObject({ body: '\ufeff{"ž":1}', isBase64Encoded: false });
  });

  test.each([
    'application/x-www-form-urlencoded',
    'application/octet-stream',
    'application/problem+json',
    'multipart/form-data; boundary=x',
    '',
  ])('hands %j over in base64', async (type) => {
    await send({ headers: type ? { 'content-type': type } : {}, body: Buffer.from('a=ž') });
    expect(events[0]?.event).toMatchObject({ body: Buffer.from('a=ž').toString('base64'), isBase64Encoded: true });
  });

  test('that is compressed is handed over as it is', async () => {
    await post(new Uint8Array([31, 139, 0, 255]), { 'content-type': 'application/json', 'content-encoding': 'gzip' });
    expect(events[0]?.event).toMatchObject({ body: 'H4sA/w==', isBase64Encoded: true });
  });

  test('without a body has none, and headers of one name are joined', async () => {
    await send({ headers: { 'X-A': ['1', '2'] }, body: Buffer.alloc(0) });
    expect(events[0]?.event).not.toHaveProperty('body');
    expect(events[0]?.event.headers['x-a']).toBe('1,2');
  });

  test('goes by the narrowest route', async () => {
    for (const path of ['/smartsupp/a', '/any/a/b%2Fc', '/other']) await post('', {}, path);
    expect(events.map(({ name, event }) => [name, event.pathParameters])).toEqual([
      ['receive', { key: 'a' }],
      ['any', { rest: 'a/b/c' }],
      ['default', undefined],
    ]);
  });
});

describe('an answer', () => {
  test.each<readonly [string, InvocationResult, number, string, string | null]>([
    [
      'has the status, the headers and the body of the function',
      answer({
        statusCode: 400,
        headers: { 'Content-Type': 'application/problem+json', 'retry-after': 30 },
        body: '{}',
      }),
      400,
      '{}',
      'application/problem+json',
    ],
    [
      'is text where the function says nothing',
      answer({ statusCode: 200, body: 'a' }),
      200,
      'a',
      'text/plain;charset=UTF-8',
    ],
    ['may be in base64', answer({ statusCode: 200, body: 'xb4=', isBase64Encoded: true }), 200, 'ž', null],
    ['may have no body', answer({ statusCode: 204 }), 204, '', null],
    ['is JSON where it has no status', answer({ a: 1 }), 200, '{"a":1}', 'application/json'],
    [
      'is 500 for a status that is none',
      answer({ statusCode: 7 }),
      500,
      '{"message":"Internal Server Error"}',
      'application/json',
    ],
    [
      'is 500 where the function failed',
      failed('Error', 'x'),
      500,
      '{"message":"Internal Server Error"}',
      'application/json',
    ],
    [
      'is 503 where nothing is free',
      failed('TooManyRequestsException', 'x'),
      503,
      '{"message":"Service Unavailable"}',
      'application/json',
    ],
    ['is 413 for a large event', tooLarge(), 413, '{"message":"Request Entity Too Large"}', 'application/json'],
  ])('%s', async (_name, given, status, body, type) => {
    result = given;
    const response = await post('{}');
    expect([response.status, await response.text()]).toEqual([status, body]);
    if (type !== null) expect(response.headers.get('content-type')).toBe(type);
  });

  test('sets cookies', async () => {
    result = answer({ statusCode: 200, cookies: ['a=1', 'b=2'] });
    expect((await post('')).headers.getSetCookie()).toEqual(['a=1', 'b=2']);
  });

  test('is 503 where the function takes too long', async () => {
    result = new Promise(() => {});
    const response = await post('');
    expect([response.status, await response.text()]).toEqual([503, '{"message":"Service Unavailable"}']);
  });

  test('is 503 while nothing may be accepted, and no function is asked', async () => {
    isFull = true;
    const response = await post('{}');
    expect([response.status, await response.text(), events]).toEqual([503, '{"message":"Service Unavailable"}', []]);
    isFull = false;
    expect((await post('{}')).status).toBe(200);
  });

  test('is 413 for a body that API Gateway does not take, told beforehand or not', async () => {
    const large = Buffer.alloc(11 * 1024 * 1024);
    expect((await post(large)).status).toBe(413);
    expect(await send({ headers: { 'transfer-encoding': 'chunked' }, body: large })).toBe(413);
    expect([events, refused]).toEqual([[], 2]);
  });
});

/** A request as it is: fetch adds a content type and joins headers. */
function send({
  headers,
  body,
}: {
  headers: Record<string, string | string[]>;
  body: Buffer;
}): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const outgoing = request(`${web.origin}/smartsupp/key`, { method: 'POST', headers }, (response) => {
      response.resume();
      resolve(response.statusCode);
    });
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}
