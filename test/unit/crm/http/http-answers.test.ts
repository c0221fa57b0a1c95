import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type ApiOptions, createHttpClient, type HttpClient } from '../../../../lambda/crm/http/http.ts';
import { type FakeServer, type Reply, startFakeServer } from '../../../support/fake-server.ts';

let answer: (authorization: string | undefined) => Reply;
let server: FakeServer;
let http: HttpClient;
beforeEach(async () => {
  server = await startFakeServer(({ headers }) => answer(headers.authorization));
  http = createHttpClient({ now: () => new Date() });
});
afterEach(async () => {
  http.close();
  await server.close();
});
const api = (options: Partial<ApiOptions> = {}) => http.api({ vendor: 'Acme', baseUrl: server.url, ...options });

describe('a token that is refused', () => {
  const expired: Reply = { status: 401, body: { message: 'expired' } };
  const options = () => {
    const discarded: unknown[] = [];
    let made = 1;
    return {
      discarded,
      headers: async () => ({ authorization: `token-${made}` }),
      renew: async (refused: Readonly<Record<string, string>>) => {
        discarded.push(refused);
        made += 1;
      },
    };
  };

  test('is reported, and the request is sent once more with another', async () => {
    answer = (authorization) => (authorization === 'token-1' ? expired : { status: 200, body: { ok: true } });
    const { discarded, ...rest } = options();
    const call = api(rest);
    expect((await call({ operation: 'write', method: 'POST', body: { a: 1 } })).body).toEqual({ ok: true });
    expect(discarded).toEqual([{ authorization: 'token-1' }]);
    expect(server.requests.map(({ body }) => body)).toEqual([{ a: 1 }, { a: 1 }]);
  });

  test('twice needs an operator', async () => {
    answer = () => expired;
    const { discarded, ...rest } = options();
    await expect(api(rest)({ operation: 'read', method: 'GET' })).rejects.toMatchObject({
      fault: { kind: 'credentials' },
    });
    expect(discarded).toHaveLength(1);
    expect(server.requests).toHaveLength(2);
  });
});

test('a form is sent URL-encoded, and errors do not quote its values', async () => {
  answer = () => ({ status: 400, body: { error: 'no such code: s3cr3t & more' } });
  const asked = api()({ operation: 'give a token', method: 'POST', form: { code: 's3cr3t & more' } });
  const error = await asked.catch((thrown: unknown) => thrown);
  expect(String(error)).toContain('no such code: …');
  expect(server.requests[0]?.text).toBe('code=s3cr3t+%26+more');
  expect(server.requests[0]?.headers['content-type']).toBe('application/x-www-form-urlencoded');
});

test('an error does not quote a number that was sent', async () => {
  answer = () => ({ status: 400, body: { message: 'Loyalty: not of the required type: 420601123456' } });
  const asked = api()({ operation: 'create the contact', method: 'POST', body: { loyalty: 420601123456 } });
  await expect(asked).rejects.toThrow('Loyalty: not of the required type: …');
});

describe('one item of an answer', () => {
  const write = { operation: 'create the notes', method: 'POST', body: { to: 'eva@example.com' } } as const;

  test.each([
    [400, { kind: 'permanent' }, false],
    [403, { kind: 'credentials' }, false],
    [423, { kind: 'retryable' }, false],
    [500, { kind: 'retryable' }, true],
  ])('that is refused with %d gives the same error as a whole answer', async (status, fault, outcomeUnknown) => {
    answer = () => ({ status: 200, body: [{ ok: false }] });
    const { refusal } = await api()(write);
    const error = refusal({ status, body: { message: 'Invalid: eva@example.com', code: 'BAD' } });
    expect(error).toMatchObject({ fault, status, outcomeUnknown });
    expect(error.message).toContain(`Acme answered ${status} when asked to create the notes: Invalid: … (BAD).`);
  });

  test('tells how long to wait by the vendor’s own header', async () => {
    answer = () => ({ status: 200, body: [] });
    const { refusal } = await api({ retryDelay: ({ body }) => (body === 'later' ? 5000 : undefined) })(write);
    expect(refusal({ status: 429, body: 'later' }).fault).toEqual({ kind: 'retryable', retryAfterMs: 5000 });
  });
});
