import { describe, expect, test } from '@jest/globals';
import { conversationId, readHook } from '../../../lambda/smartsupp/hook.ts';

const minimal = { accountId: 208, channel: { id: 55039 } };
const read = (body: unknown) => readHook(JSON.stringify(body));
const faultsOf = (body: unknown) => {
  const reading = read(body);
  return reading.ok ? [] : reading.faults.map(({ pointer }) => pointer);
};
const idOf = (body: string) => {
  const reading = readHook(body);
  return reading.ok ? conversationId(reading.hook) : undefined;
};

describe('a body that is a chat', () => {
  test.each([
    ['the two ids alone', minimal],
    ['ids as text', { accountId: '208', channel: { id: 'ch-55039' } }],
    ['null wherever a value may be missing', { ...minimal, beginAt: null, visitor: null, paths: null, messages: null }],
    ['empty lists', { ...minimal, paths: [], messages: [] }],
    ['keys nobody has heard of', { ...minimal, shop: { nested: [1] }, channel: { id: 1, mood: 'good' } }],
    ['a visitor of nulls', { ...minimal, visitor: { id: null, name: null, email: '', variables: null, group: null } }],
    ['a visitor with a text id and a group', { ...minimal, visitor: { id: 'x1', group: 'vip', groupKey: 'vip' } }],
    ['variables as documented', { ...minimal, visitor: { variables: { a: { label: 'A', value: 1 } } } }],
    ['a flat map of variables', { ...minimal, visitor: { variables: { a: 'x', b: 2, c: true, d: null } } }],
    ['a message of an unknown type', { ...minimal, messages: [{ type: 'hologram', content: 'hi' }] }],
    ['a message from a number', { ...minimal, messages: [{ type: 'agent', from: 3, content: 'hi' }] }],
    ['a message without a word', { ...minimal, messages: [{}] }],
    ['a rating of null', { ...minimal, channel: { id: 1, rating: null, ratingDesc: null } }],
    ['a count that does not count', { ...minimal, channel: { id: 1, messagesCount: 5 }, messages: [] }],
  ])('passes: %s', (_what, body) => {
    expect(read(body)).toMatchObject({ ok: true });
  });

  test('passes with a byte order mark', () => {
    expect(idOf(`\ufeff${JSON.stringify(minimal)}`)).toBe('208:55039');
  });

  test('is left as it came', () => {
    const body = { ...minimal, extra: { kept: true }, visitor: { id: 1, name: '  spaced  ' } };
    expect(read(body)).toEqual({ ok: true, hook: body });
  });
});

describe('an id', () => {
  test('is the same chat as a number and as text', () => {
    expect(idOf('{"accountId":208,"channel":{"id":55039}}')).toBe(idOf('{"accountId":"208","channel":{"id":"55039"}}'));
  });

  test('beyond 2^53 keeps every digit, so that two chats are never taken for one', () => {
    expect(idOf('{"accountId":208,"channel":{"id":9007199254740993}}')).toBe('208:9007199254740993');
    expect(idOf('{"accountId":208,"channel":{"id":9007199254740992}}')).toBe('208:9007199254740992');
  });

  test('cannot look like an account and a channel', () => {
    expect(idOf('{"accountId":"a:b","channel":{"id":"c"}}')).not.toBe(idOf('{"accountId":"a","channel":{"id":"b:c"}}'));
  });

  test('may contain a lone surrogate', () => {
    expect(idOf('{"accountId":1,"channel":{"id":"\\ud800"}}')).toMatch(/^1:[0-9a-f]{64}$/);
  });
});

describe('a body that is not a chat', () => {
  test.each([
    ['nothing', ''],
    ['half of it', '{"accountId":208,'],
    ['a form', 'accountId=208&channel[id]=1'],
  ])('is refused as not JSON: %s', (_what, body) => {
    expect(readHook(body)).toMatchObject({ ok: false, reason: 'not-json' });
  });

  test.each([
    ['null', null, ['']],
    ['a list', [minimal], ['']],
    ['no ids', {}, ['/accountId', '/channel']],
    ['no channel id', { accountId: 208, channel: {} }, ['/channel/id']],
    ['an empty id', { accountId: '', channel: { id: 1 } }, ['/accountId']],
    ['an id with a fraction', { accountId: 1.5, channel: { id: 1 } }, ['/accountId']],
    ['an id of blanks', { accountId: 208, channel: { id: ' ' } }, ['/channel/id']],
    ['an id that is a list', { accountId: [208], channel: { id: 1 } }, ['/accountId']],
    ['a channel that is a list', { accountId: 208, channel: [{ id: 1 }] }, ['/channel']],
    ['a million messages', { ...minimal, messages: Array.from({ length: 1_000_000 }, () => null) }, ['/messages']],
    ['a map of them', { ...minimal, messages: Object.assign({}, Array(100_001).fill(null)) }, ['/messages']],
  ])('is refused with a pointer to each fault: %s', (_what, body, pointers) => {
    expect(faultsOf(body)).toEqual(pointers);
  });

  test('is recognised as the hourly statistics hook', () => {
    expect(read({ domains: { 'shop.cz': {} } })).toMatchObject({ ok: false, reason: 'not-a-chat' });
  });

  test('is refused without repeating its values', () => {
    const reading = read({ accountId: { id: 'secret words' }, channel: ['secret words'], beginAt: 'secret words' });
    expect(reading.ok).toBe(false);
    expect(JSON.stringify(reading)).not.toContain('secret words');
  });
});
