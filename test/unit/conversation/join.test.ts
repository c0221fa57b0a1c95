import { describe, expect, test } from '@jest/globals';
import { joinConversations } from '../../../lambda/conversation/join.ts';
import type { Conversation, Message } from '../../../lambda/conversation/model.ts';
import { aConversation, aMessage } from '../../fixtures/conversation.ts';
import { growthOf, maxGrowth } from '../../support/growth.ts';

const file = {
  name: 'label.pdf',
  url: 'https://files.example/1?token=x',
  mediaType: 'application/pdf',
  size: 20,
  expiresAt: '2026-05-05T08:00:00.000Z',
};
const at = (second: number) => new Date(Date.UTC(2026, 4, 4, 8, 15, second)).toISOString();
const visitor = (text: string, second: number) => aMessage({ text, sentAt: at(second) });
const agent = (text: string, second: number, parts: Partial<Message> = {}) =>
  aMessage({ speaker: 'agent', name: 'Karel', agentId: '3', text, sentAt: at(second), ...parts });

type Parts = NonNullable<Parameters<typeof aConversation>[0]>;

const join = (hook: Parts, api: Parts): Conversation => {
  const both = {
    hook: aConversation(hook),
    api: aConversation({ id: '208:coX', channelId: 'coX', ...api }),
  };
  const joined = joinConversations('208:55039', both);
  if (joined === undefined) throw new Error('Both are there.');
  return joined;
};
const textsOf = ({ messages }: Conversation) => messages.map(({ text }) => text);

describe('of a chat by both sources', () => {
  test('the words are those of whichever has more', () => {
    const [first, second] = [visitor('Hello', 0), agent('Welcome', 5)];
    expect(textsOf(join({ messages: [first, second] }, { messages: [first] }))).toEqual(['Hello', 'Welcome']);
    expect(textsOf(join({ messages: [first] }, { messages: [first, second] }))).toEqual(['Hello', 'Welcome']);
  });

  test('an agent is known by the id that the hook says, and a bot by the API', () => {
    const { messages } = join(
      {
        messages: [
          visitor('Hello', 0),
          agent('I am a bot', 1, { speaker: 'trigger', agentId: null }),
          agent('Welcome', 5),
        ],
      },
      {
        messages: [
          visitor('Hello', 0),
          agent('I am a bot', 1, { speaker: 'bot', agentId: null }),
          agent('Welcome', 5, { agentId: '1257997', name: 'Karel N.' }),
        ],
      },
    );
    expect(messages.map(({ speaker, agentId, name }) => [speaker, agentId, name])).toEqual([
      ['visitor', null, null],
      ['bot', null, 'Karel'],
      ['agent', '3', 'Karel'],
    ]);
  });

  test.each([
    [
      'the hook has more words',
      [visitor('Hello', 0), agent('label.pdf – https://a.example/1', 9), visitor('Thanks', 12)],
    ],
    ['both have as many', [visitor('Hello', 0), agent('label.pdf – https://a.example/1', 9)]],
  ])('a file is told once, as the API tells it, if %s', (_what, messages) => {
    const joined = join({ messages }, { messages: [visitor('Hello', 0), agent('', 8, { files: [file] })] });
    expect(joined.messages[1]).toMatchObject({ text: '', files: [file], agentId: '3' });
    expect(joined.messages).toHaveLength(messages.length);
  });

  test('events of the one are between the words of the other', () => {
    const joined = agent('agent.join', 3, { speaker: 'system' });
    const words = [visitor('Hello', 0), agent('Welcome', 5)];
    expect(
      textsOf(join({ messages: [visitor('Hello', 0), joined, agent('Welcome', 5)] }, { messages: words })),
    ).toEqual(['Hello', 'agent.join', 'Welcome']);
  });

  test('name and address are as agents have corrected them, and what only the hook knows stays', () => {
    const { visitor } = join(
      {
        visitor: {
          email: 'eva@gmial.com',
          name: 'Eva',
          userAgent: 'Mozilla',
          variables: [{ key: 'plan', label: 'Plan', value: 'pro' }],
        },
      },
      {
        visitor: {
          email: 'eva@gmail.com',
          name: null,
          userAgent: null,
          consent: true,
          variables: [
            { key: 'plan', label: 'plan', value: 'free' },
            { key: 'order', label: 'order', value: 1 },
          ],
        },
      },
    );
    expect(visitor).toMatchObject({ email: 'eva@gmail.com', name: 'Eva', userAgent: 'Mozilla', consent: true });
    expect(visitor.variables.map(({ key, value }) => [key, value])).toEqual([
      ['plan', 'pro'],
      ['order', 1],
    ]);
  });

  test('it ended as the hook says, unless more was written since', () => {
    const missed = { outcome: 'missed', messages: [visitor('Hello', 0)] } as const;
    expect(join(missed, { outcome: 'offline', messages: [visitor('Hello', 0)] }).outcome).toBe('missed');
    const answered = { outcome: 'answered', messages: [visitor('Hello', 0), agent('Welcome', 90)] } as const;
    expect(join(missed, { ...answered, endedAt: at(99) })).toMatchObject({ outcome: 'answered' });
  });
});

test('twice as many messages that nobody can pair take about twice the time', async () => {
  const many = (of: string, length: number) =>
    Array.from({ length }, (_, at) => visitor(`${of} ${at % 2 === 0 ? at : 'again'}`, at));
  const both = (length: number) =>
    [{ messages: many('the hook', length) }, { messages: many('the API', length) }] as const;
  const joinBoth = ([hook, api]: ReturnType<typeof both>) =>
    expect(join(hook, api).messages).toHaveLength(hook.messages.length);
  expect(await growthOf(joinBoth, [both(15_000), both(30_000)])).toBeLessThanOrEqual(maxGrowth);
});
