import { createServer, type Server, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createHttpClient, type HttpClient } from '../../../../lambda/crm/http/http.ts';
import type { Call } from '../../../../lambda/crm/http/request.ts';
import { CrmError } from '../../../../lambda/crm/port/errors.ts';

const now = () => new Date('2026-05-04T08:00:00Z');
const write: Call = { operation: 'write', method: 'POST', body: { words: 'blue bicycle' } };
const read: Call = { operation: 'read', method: 'GET' };

let http: HttpClient;
/** Gives up soon. */
let hasty: HttpClient;
let server: Server;
let sockets: Socket[];
/** What each connection gets for its requests, byte by byte. */
let serve: (socket: Socket, request: string) => void;

beforeEach(async () => {
  http = createHttpClient({ now, maxAnswerBytes: 1000 });
  hasty = createHttpClient({ now, requestTimeoutMs: 50, connectionTimeoutMs: 40 });
  sockets = [];
  server = createServer((socket) => {
    sockets.push(socket);
    socket.on('error', () => {});
    socket.on('data', (bytes) => serve(socket, bytes.toString()));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterEach(async () => {
  http.close();
  hasty.close();
  for (const socket of sockets) socket.destroy();
  await new Promise((resolve) => server.close(resolve));
});

const portOf = () => {
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
};
const api = (options: { client?: HttpClient; baseUrl?: string; headers?: Record<string, string> } = {}) =>
  (options.client ?? http).api({
    vendor: 'Acme',
    baseUrl: options.baseUrl ?? `http://127.0.0.1:${portOf()}/api`,
    headers: async () => options.headers ?? {},
  });
const failureOf = async (call: Promise<unknown>): Promise<CrmError> => {
  const error = await call.catch((thrown: unknown) => thrown);
  if (error instanceof CrmError) return error;
  throw new Error('A CrmError was to be thrown.', { cause: error });
};
const answer = (status: string, body: string, headers = '') =>
  `HTTP/1.1 ${status}\r\nContent-Length: ${Buffer.byteLength(body)}\r\n${headers}\r\n${body}`;

describe('a request', () => {
  test('is sent as JSON, with an encoded path', async () => {
    const requests: string[] = [];
    serve = (socket, request) => {
      requests.push(request);
      socket.write(answer('200 OK', '{"id":"7"}'));
    };
    const call = api({ headers: { authorization: 'Bearer t' } });
    const path = ['contacts', 'a/b?c#d e@f.cz', '..'];
    const got = await call({ ...write, path, query: { q: 'á&b' }, body: { name: 'Žluť' } });
    expect(got).toMatchObject({ status: 200, body: { id: '7' } });
    const [request = ''] = requests;
    expect(request).toContain('POST /api/contacts/a%2Fb%3Fc%23d%20e@f.cz/..?q=%C3%A1%26b HTTP/1.1');
    expect(request).toContain('authorization: Bearer t');
    expect(request).toContain('content-length: 17');
    expect(request).toMatch(/\r\n\r\n{"name":"Žluť"}$/);
  });

  test('follows another on the same connection', async () => {
    serve = (socket) => socket.write(answer('200 OK', '{}'));
    await api()(read);
    await api()(write);
    expect(sockets).toHaveLength(1);
  });

  test('keeps a configured address unchanged', async () => {
    let seen = '';
    serve = (socket, request) => {
      seen = request;
      socket.write(answer('200 OK', '{}'));
    };
    await api({ baseUrl: `http://127.0.0.1:${portOf()}/hook/?key=a%20b` })(write);
    expect(seen).toContain('POST /hook/?key=a%20b HTTP/1.1');
  });
});

describe('an answer', () => {
  test.each([
    ['cut short', 'HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"id":'],
    ['cut short in its chunks', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n6\r\n{"id":'],
    ['that is no JSON', answer('200 OK', '<html>')],
    ['that is empty', answer('200 OK', '')],
    ['that is too long', answer('200 OK', `"${'x'.repeat(2000)}"`)],
  ])('%s leaves a write in doubt, and no read', async (_, bytes) => {
    serve = (socket) => socket.end(bytes);
    const error = await failureOf(api()(write));
    expect(error).toMatchObject({ fault: { kind: 'retryable' }, status: 200, outcomeUnknown: true });
    expect(await failureOf(api()(read))).toMatchObject({ fault: { kind: 'retryable' }, outcomeUnknown: false });
    expect(await failureOf(api()({ ...write, readsOnly: true }))).toMatchObject({ outcomeUnknown: false });
  });

  const half = 'HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nO';
  const html = 'Content-Type: text/html; charset=utf-8\r\n';
  test.each([
    ['json', answer('200 OK', '{}'), true],
    ['json', answer('200 OK', 'OK'), false],
    ['json', answer('204 No Content', ''), false],
    ['nothing', answer('204 No Content', ''), true],
    ['nothing', answer('200 OK', ' \n'), true],
    // As PHP calls an empty body.
    ['nothing', answer('200 OK', '', html), true],
    ['nothing', answer('200 OK', '{"status":"error"}'), false],
    ['nothing', half, false],
    ['json or nothing', answer('204 No Content', ''), true],
    ['json or nothing', answer('200 OK', '[]'), true],
    ['json or nothing', answer('200 OK', 'OK'), false],
    ['json or nothing', half, false],
    ['anything', answer('200 OK', '{"status":"error"}'), true],
    ['anything', half, true],
    // As Express and Flask call plain words.
    ['anything', answer('200 OK', 'OK', html), true],
    ['anything', answer('200 OK', '<Response/>', 'Content-Type: application/xml\r\n'), true],
    ['anything', answer('200 OK', '<title>Log in</title>', html), false],
    ['anything', answer('200 OK', '\n<!DOCTYPE html>'), false],
    ['anything', `HTTP/1.1 200 OK\r\n${html}Content-Length: 100\r\n\r\n<`, false],
  ] as const)('documented as %s: %j is one: %j', async (documented, bytes, isAnswer) => {
    serve = (socket) => socket.end(bytes);
    const asked = api()({ ...write, answer: documented });
    if (isAnswer) expect((await asked).status).toBeLessThan(300);
    else expect(await failureOf(asked)).toMatchObject({ fault: { kind: 'retryable' }, outcomeUnknown: true });
  });

  test('that is expected is rejected if it is a web page', async () => {
    serve = (socket) => socket.write(answer('404 Not Found', '<html>Nothing here', html));
    const error = await failureOf(api()({ ...write, expected: [404] }));
    expect(error).toMatchObject({ fault: { kind: 'retryable' }, status: 404, outcomeUnknown: true });
  });

  test('of another shape gives the same error as half an answer', async () => {
    serve = (socket) => socket.write(answer('200 OK', '{"id":7}'));
    const got = await api()(write);
    const asText = () => got.as((body): body is string => typeof body === 'string');
    expect(asText).toThrow(expect.objectContaining({ fault: { kind: 'retryable' }, outcomeUnknown: true }));
  });

  test('that is expected is not an error', async () => {
    serve = (socket) => socket.write(answer('404 Not Found', '{"message":"no"}'));
    expect(await api()({ ...read, expected: [404] })).toMatchObject({ status: 404, body: { message: 'no' } });
  });

  test.each([
    ['408 Request Timeout', 'retryable', true],
    ['423 Locked', 'retryable', false],
    ['425 Too Early', 'retryable', false],
    ['429 Too Many Requests', 'retryable', false],
    ['500 Internal Server Error', 'retryable', true],
    ['503 Service Unavailable', 'retryable', true],
    ['521 Web Server Is Down', 'retryable', true],
    ['401 Unauthorized', 'credentials', false],
    ['403 Forbidden', 'credentials', false],
    ['301 Moved Permanently', 'redirected', true],
    ['400 Bad Request', 'permanent', false],
    ['410 Gone', 'permanent', false],
  ])('%s is %s', async (status, kind, outcomeUnknown) => {
    serve = (socket) =>
      socket.write(answer(status, '{"message":"No blue bicycle left"}', 'Location: http://127.0.0.1:1/\r\n'));
    const error = await failureOf(api()(write));
    expect(error).toMatchObject({ fault: { kind }, status: Number(status.slice(0, 3)), outcomeUnknown });
    expect(error.message).toContain('No … left');
    expect(error.message).toContain('Acme');
  });

  test('with Retry-After is temporary for any 4xx except 401', async () => {
    for (const [status, fault] of [
      ['477 Migration in Progress', { kind: 'retryable', retryAfterMs: 9000 }],
      ['403 Forbidden', { kind: 'retryable', retryAfterMs: 9000 }],
      ['401 Unauthorized', { kind: 'credentials' }],
    ] as const) {
      serve = (socket) => socket.write(answer(status, '', 'Retry-After: 9\r\n'));
      expect((await failureOf(api()(write))).fault).toEqual(fault);
    }
  });
});

describe('a connection', () => {
  test('that is refused carried nothing, at one address or several', async () => {
    const port = portOf();
    await new Promise((resolve) => server.close(resolve));
    for (const host of ['127.0.0.1', 'localhost']) {
      const error = await failureOf(api({ baseUrl: `http://${host}:${port}` })(write));
      expect(error).toMatchObject({ fault: { kind: 'retryable' }, status: undefined, outcomeUnknown: false });
      expect(error.message).toContain('cannot be reached');
    }
  });

  test('that is reset may have carried everything', async () => {
    serve = (socket) => socket.resetAndDestroy();
    expect(await failureOf(api()(write))).toMatchObject({ fault: { kind: 'retryable' }, outcomeUnknown: true });
    expect(await failureOf(api()(read))).toMatchObject({ fault: { kind: 'retryable' }, outcomeUnknown: false });
  });

  test('that stays silent times out', async () => {
    serve = () => {};
    const error = await failureOf(api({ client: hasty })(write));
    expect(error).toMatchObject({ fault: { kind: 'retryable' }, outcomeUnknown: true });
    expect(error.message).toContain('did not answer in time');
  });

  test('that sends slowly times out, too', async () => {
    let trickle: NodeJS.Timeout | undefined;
    serve = (socket) => {
      socket.write('HTTP/1.1 200 OK\r\nContent-Length: 500000\r\n\r\n');
      trickle = setInterval(() => socket.write(' '), 10);
    };
    // The whole answer would take more than an hour.
    const error = await failureOf(api({ client: hasty })(write));
    clearInterval(trickle);
    expect(error).toMatchObject({ fault: { kind: 'retryable' }, outcomeUnknown: true });
  });
});

describe('a function that ends', () => {
  const inMs = (ms: number) => new Date(now().getTime() + ms);

  test('aborts calls under way, with an unknown outcome', async () => {
    serve = () => {};
    const patient = createHttpClient({ now, connectionTimeoutMs: 40 });
    patient.endBy(inMs(90));
    const error = await failureOf(api({ client: patient })(write));
    expect(error).toMatchObject({ fault: { kind: 'retryable' }, outcomeUnknown: true });
    patient.close();
  });

  test('starts no call without time left, and starts again in its next run', async () => {
    serve = (socket) => socket.write(answer('200 OK', '{}'));
    http.endBy(inMs(2900));
    expect(await failureOf(api()(write))).toMatchObject({ fault: { kind: 'retryable' }, outcomeUnknown: false });
    expect(sockets).toEqual([]);
    http.endBy(inMs(55_000));
    expect((await api()(write)).status).toBe(200);
  });

  test('makes no call in its next run that has waited for its credentials since the last', async () => {
    serve = (socket) => socket.write(answer('200 OK', '{}'));
    const credentials = Promise.withResolvers<Record<string, string>>();
    http.endBy(inMs(2900));
    const headers = () => credentials.promise;
    const call = http.api({ vendor: 'Acme', baseUrl: `http://127.0.0.1:${portOf()}/api`, headers })(write);
    http.endBy(inMs(55_000));
    credentials.resolve({});
    // Another attempt has its lease by now, and would write the same.
    expect(await failureOf(call)).toMatchObject({ fault: { kind: 'retryable' }, outcomeUnknown: false });
    expect(sockets).toEqual([]);
  });
});
