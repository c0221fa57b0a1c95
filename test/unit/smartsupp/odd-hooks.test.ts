import { describe, expect, test } from '@jest/globals';
import { readChat } from '../../../lambda/smartsupp/body.ts';
import { validateHook } from '../../../lambda/smartsupp/hook.ts';
import { aHookBody } from '../../fixtures/hook-body.ts';
import { oddHooks } from '../../fixtures/odd-hooks.ts';

const read = (body: unknown) => readChat(JSON.stringify(body));
const deviationsOf = (body: unknown) => read(body)?.deviations;

describe('a chat that is not as documented', () => {
  test.each(oddHooks)('is accepted and read: $what', ({ body, readAs, expected }) => {
    expect(validateHook(JSON.stringify(body))).toEqual({ ok: true, conversationId: '208:55039' });
    const chat = read(body);
    expect(chat && readAs(chat.conversation)).toEqual(expected);
  });

  test.each(oddHooks)('has its deviation reported: $what', ({ body, deviations }) => {
    expect(deviationsOf(body)).toEqual(deviations);
  });
});

describe('a deviation', () => {
  test('is none in a body as documented, with nulls, and with keys nobody has heard of', () => {
    expect(deviationsOf(aHookBody())).toEqual([]);
    expect(deviationsOf({ accountId: '1', channel: { id: 'x' }, visitor: null, paths: null, messages: [] })).toEqual(
      [],
    );
    expect(deviationsOf(aHookBody({ mood: { good: [1] }, messages: [{ type: 'hologram', parts: [] }] }))).toEqual([]);
  });

  test('names neither a value nor a key that somebody made up', () => {
    const variables = { 'secret key': ['secret value'], ['k'.repeat(10_000)]: { label: ['secret'] } };
    expect(deviationsOf(aHookBody({ visitor: { name: ['secret name'], variables } }))).toEqual([
      '/visitor/name type',
      '/visitor/variables/* type',
      '/visitor/variables/*/label type',
    ]);
  });

  test('is one, however many messages have it', () => {
    const messages = Array.from({ length: 1000 }, () => ({ content: [] }));
    expect(deviationsOf(aHookBody({ messages }))).toEqual(['/messages/*/content type']);
  });
});

test('a visitor id beyond 2^53 keeps its digits, wherever the rest is odd', () => {
  const chat = readChat(
    '{"accountId":9007199254740993,"channel":{"id":1},"visitor":{"id":9007199254740993},"paths":7}',
  );
  expect(chat?.conversation).toMatchObject({ id: '9007199254740993:1', visitor: { id: '9007199254740993' } });
});
