import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import { decodeBody } from '../../../lambda/receive/request.ts';

const chat = '{"accountId":208,"channel":{"id":1},"visitor":{"name":"Žofie & syn"}}';
/** As API Gateway hands over what it does not take for text. */
const decode = (bytes: Uint8Array, headers: Readonly<Record<string, string>> = {}) =>
  decodeBody({ body: Buffer.from(bytes).toString('base64'), isBase64Encoded: true, headers });
const textOf = async (bytes: Uint8Array | string, headers?: Readonly<Record<string, string>>) => {
  const decoded = await decode(Buffer.from(bytes), headers);
  return decoded.ok ? decoded.text : decoded.reason;
};
const encoding = (name: string) => ({ 'content-encoding': name });
const form = { 'content-type': 'application/x-www-form-urlencoded' };

describe('a compressed body', () => {
  test.each([
    ['gzip', gzipSync(chat), encoding('gzip')],
    ['gzip in capitals', gzipSync(chat), encoding('GZIP')],
    ['gzip that is not declared', gzipSync(chat), {}],
    ['gzip that is called deflate', gzipSync(chat), encoding('deflate')],
    ['deflate', deflateSync(chat), encoding('deflate')],
    ['deflate without its frame', deflateRawSync(chat), encoding('deflate')],
    ['brotli', brotliCompressSync(chat), encoding('br')],
  ])('is read: %s', async (_how, bytes, headers) => {
    expect(await textOf(bytes, headers)).toBe(chat);
  });

  test.each(['gzip', 'deflate', 'br', 'identity', 'zip'])(
    'is taken as it is if it is not %s after all',
    async (name) => {
      expect(await textOf(chat, encoding(name))).toBe(chat);
    },
  );

  test.each([
    ['gzip', gzipSync],
    ['deflate', deflateSync],
    ['br', brotliCompressSync],
  ])('that is a bomb is refused: %s', async (name, compress) => {
    const bomb = compress(Buffer.alloc(7 * 1024 * 1024, ' '));
    expect(await decode(bomb, encoding(name))).toMatchObject({ ok: false, reason: 'too-large', bytes: bomb });
  });
});

describe('a form', () => {
  test.each([
    ['payload, encoded', new URLSearchParams({ payload: chat }).toString()],
    ['another name, beside other fields', new URLSearchParams({ event: 'chat {', data: chat, sent: '1' }).toString()],
    ['spaces as %20', `payload=${encodeURIComponent(chat)}`],
  ])('is read: %s', async (_how, body) => {
    expect(await textOf(body, form)).toBe(chat);
    expect(await textOf(body)).toBe(chat);
  });

  test('is what is declared, and JSON what is sent', async () => {
    expect(await textOf(chat, form)).toBe(chat);
    const withForm = '{"accountId":208,"channel":{"id":1},"paths":["https://shop.example/?a=1&b={x"]}';
    expect(await textOf(withForm, form)).toBe(withForm);
  });

  test.each(['a=b', 'payload=%7B%', 'payload=', ''])('that holds no object stays as it is: "%s"', async (body) => {
    expect(await textOf(body, form)).toBe(body);
  });
});

describe('text that is not UTF-8', () => {
  const spanish = '{"name":"José"}';
  test.each([
    ['Latin-1 as declared', Buffer.from(spanish, 'latin1'), 'application/json; charset=ISO-8859-1', spanish],
    [
      'Windows-1250',
      Buffer.from('{"name":"\x8eofie"}', 'latin1'),
      'application/json; charset="windows-1250"',
      '{"name":"Žofie"}',
    ],
    ['UTF-16', Buffer.from(spanish, 'utf16le'), 'application/json; charset=utf-16le', spanish],
  ])('is read: %s', async (_how, bytes, type, expected) => {
    expect(await textOf(bytes, { 'content-type': type })).toBe(expected);
  });

  test('is UTF-8 whatever is declared, if it can be', async () => {
    expect(await textOf(chat, { 'content-type': 'application/json; charset=latin1' })).toBe(chat);
  });

  const brokenUtf8 = Buffer.concat([Buffer.from('{"a":"žluťoučký kůň '), Buffer.from([0xf0, 0x9f]), Buffer.from('"}')]);
  test.each([
    ['Latin-1', Buffer.from(spanish, 'latin1'), {}, spanish],
    [
      'an encoding that nobody knows',
      Buffer.from(spanish, 'latin1'),
      { 'content-type': 'a/b; charset=klingon' },
      spanish,
    ],
    ['UTF-8 of which one character is broken', brokenUtf8, {}, '{"a":"žluťoučký kůň \ufffd"}'],
  ])('and is not declared is refused, with its words for a replay: %s', async (_what, bytes, headers, text) => {
    expect(await decode(bytes, headers)).toMatchObject({ ok: false, reason: 'not-utf-8', text });
  });
});
