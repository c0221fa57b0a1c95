import { describe, expect, test } from '@jest/globals';
import type { DocumentedHook as Hook } from '../../../lambda/smartsupp/hook.schema.ts';
import { conversationId } from '../../../lambda/smartsupp/hook.ts';
import { toConversation } from '../../../lambda/smartsupp/to-conversation.ts';

const hook = (parts: Partial<Hook> = {}): Hook => ({ accountId: 208, channel: { id: 1 }, ...parts });
const speakersOf = (...messages: NonNullable<Hook['messages']>) =>
  toConversation(hook({ messages })).messages.map(({ speaker }) => speaker);
const outcomeOf = (channel: Omit<Hook['channel'], 'id'>, messages: Hook['messages'] = []) =>
  toConversation(hook({ channel: { id: 1, ...channel }, messages })).outcome;

test('a lone surrogate is replaced in messages and in the visitor’s data', () => {
  const { visitor, messages } = toConversation(
    hook({
      visitor: { name: 'Eva \ud83d', variables: { userId: { label: 'Id \ud83d', value: 'x\ud83d' } } },
      messages: [{ type: 'visitor', content: 'Hello \ud83d' }],
    }),
  );
  expect(visitor).toMatchObject({
    name: 'Eva \ufffd',
    variables: [{ key: 'userId', label: 'Id \ufffd', value: 'x\ufffd' }],
  });
  expect(messages[0]?.text).toBe('Hello \ufffd');
});

test('messages are in the order of their times, and one without a time stays behind the one before it', () => {
  const messages = [
    { content: 'second', sentAt: 1_792_486_860_000 },
    { content: 'third' },
    { content: 'first', sentAt: 1_792_486_800_000 },
    { content: 'fourth', sentAt: 1_792_486_860_000 },
  ];
  expect(toConversation(hook({ messages })).messages.map(({ text }) => text)).toEqual([
    'first',
    'second',
    'third',
    'fourth',
  ]);
});

describe('the speaker of a message', () => {
  test('a visitor, an agent and the system, in both versions of the hook', () => {
    expect(
      speakersOf(
        { type: 'visitor', from: 'visitor:abc', content: 'Hello' },
        { type: 'visitor', from: 'abc', content: 'Hello' },
        { type: 'agent', from: 'agent:3', name: 'John', content: 'Hi' },
        { type: 'agent', from: 3, name: '', content: 'Hi' },
        { type: 'system', from: 'agent:3', content: 'agent.join' },
      ),
    ).toEqual(['visitor', 'visitor', 'agent', 'agent', 'system']);
  });

  test('a trigger is not an agent, although the hook says so', () => {
    expect(
      speakersOf(
        { type: 'agent', from: 'system', name: '', content: 'Need help?', triggeredBy: 'Welcome' },
        { type: 'agent', from: null, name: '', content: 'Need help?', triggeredBy: 'Welcome' },
        { type: 'agent', from: null, name: '', content: 'Need help?', triggeredBy: null },
      ),
    ).toEqual(['trigger', 'trigger', 'trigger']);
  });

  test('an unknown type is automatic, unless an agent sent it', () => {
    expect(speakersOf({ type: 'bot', name: 'Shopbot' }, { type: 'image', from: 'agent:3' }, {})).toEqual([
      'trigger',
      'agent',
      'trigger',
    ]);
  });
});

describe('the outcome of a chat', () => {
  const visitor = { type: 'visitor', content: 'Hello?' };
  const agent = { type: 'agent', from: 'agent:3', name: 'John', content: 'Hi' };
  const trigger = { type: 'agent', from: 'system', name: '', content: 'Need help?', triggeredBy: 'Welcome' };

  test.each([
    ['offline', { isOffline: true, isMissed: true }, []],
    ['missed', { isChat: true, isMissed: true }, [visitor, agent]],
    ['dropped', { isChat: true, isDropped: true }, [visitor, agent]],
    ['answered', { isChat: true, isDropped: true, isCompleted: true }, [visitor, agent]],
    ['answered', { isChat: true, isCompleted: true }, []],
    ['answered', {}, [visitor, agent]],
    ['missed', {}, [visitor, trigger]],
    ['automatic', { isTriggered: true }, [trigger]],
    ['automatic', {}, []],
  ] as const)('is "%s" by %j', (outcome, flags, messages) => {
    expect(outcomeOf(flags, [...messages])).toBe(outcome);
  });
});

describe('ids', () => {
  test('that differ only in a lone surrogate are two, and can stand in any text', () => {
    const surrogates = ['\ud800', '\udc00', '\ufffd', ''].map((surrogate) => `chat-${surrogate}`);
    for (const given of surrogates) {
      const { id, accountId, channelId } = toConversation(hook({ accountId: given, channel: { id: given } }));
      expect(decodeURIComponent(id)).toContain(':');
      expect([accountId, channelId].every((text) => text.isWellFormed())).toBe(true);
    }
    expect(new Set(surrogates.map((id) => conversationId(hook({ channel: { id } })))).size).toBe(4);
    expect(new Set(surrogates.map((accountId) => conversationId(hook({ accountId })))).size).toBe(4);
    const long = surrogates.map((id) => conversationId(hook({ channel: { id: id.padStart(500, 'x') } })));
    expect(new Set(long).size).toBe(4);
  });

  test.each([0, '0', 'null', 'undefined', '', ' ', 'false', 'NaN', 'vi-\ud800'])('%j identifies no visitor', (id) => {
    expect(toConversation(hook({ visitor: { id } })).visitor.id).toBeNull();
  });
});

describe('the visitor', () => {
  test('a blank field is null, never a name or an address', () => {
    const { visitor } = toConversation(hook({ visitor: { id: 7, name: ' ', email: '', note: null } }));
    expect(visitor).toMatchObject({ id: '7', name: null, email: null, note: null, variables: [] });
  });

  test('variables come in two shapes; empty ones are left out', () => {
    const variables = {
      phone: { label: 'Phone', value: '+420 777' },
      vip: true,
      points: 0,
      none: null,
      blank: ' ',
      odd: {},
    };
    expect(toConversation(hook({ visitor: { variables } })).visitor.variables).toEqual([
      { key: 'phone', label: 'Phone', value: '+420 777' },
      { key: 'vip', label: 'vip', value: true },
      { key: 'points', label: 'points', value: 0 },
    ]);
  });

  test('the group has two names', () => {
    expect(toConversation(hook({ visitor: { group: 'b2b' } })).visitor.group).toBe('b2b');
    expect(toConversation(hook({ visitor: { groupKey: 'b2b' } })).visitor.group).toBe('b2b');
  });
});

test('a message’s text is kept as it was typed', () => {
  const content = '  spaces, \u202e turned \u0000 and back  ';
  expect(toConversation(hook({ messages: [{ type: 'visitor', content }] })).messages[0]?.text).toBe(content);
});

test('times are milliseconds, and may be missing', () => {
  const conversation = toConversation(hook({ beginAt: 1427470439703, endAt: null, messages: [{ sentAt: 0 }] }));
  expect(conversation).toMatchObject({ startedAt: '2015-03-27T15:33:59.703Z', endedAt: null });
  expect(conversation.messages[0]?.sentAt).toBe('1970-01-01T00:00:00.000Z');
});

test.each([8.64e15, 9e15, Date.UTC(3000), -1])('the impossible time %d becomes null', (at) => {
  const conversation = toConversation(hook({ beginAt: at, endAt: at, messages: [{ sentAt: at }] }));
  expect(conversation).toMatchObject({ startedAt: null, endedAt: null, messages: [{ sentAt: null }] });
});

test('pages without an address are left out', () => {
  const paths = [{ url: 'https://shop.cz/', title: 'Shop' }, { url: '', title: 'x' }, { url: 'https://shop.cz/b' }];
  expect(toConversation(hook({ paths })).pages).toEqual([
    { url: 'https://shop.cz/', title: 'Shop' },
    { url: 'https://shop.cz/b', title: null },
  ]);
});
