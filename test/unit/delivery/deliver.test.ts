import { setImmediate as whileOthersRun } from 'node:timers/promises';
import { beforeEach, describe, expect, test } from '@jest/globals';
import type { CrmAdapter } from '../../../lambda/crm/port/adapter.ts';
import { fulfilled } from '../../../lambda/crm/port/batch.ts';
import { referTo } from '../../../lambda/queue/envelope.ts';
import { createMemoryCrm } from '../../support/memory-crm.ts';
import { aHook, createClock, createParts } from './parts.ts';

let clock: ReturnType<typeof createClock>;
let parts: ReturnType<typeof createParts>;
beforeEach(() => {
  clock = createClock();
  parts = createParts(clock.now);
});

/** A chat on the queue; the word by which the CRM below knows what to do is its only message. */
const chat = (channel: number, word = 'hello') => parts.seal(aHook(channel, { words: [word] }));
const chats = (count: number) => Promise.all(Array.from({ length: count }, (_, at) => chat(at + 1)));

/** A new process, and what its calls of the CRM held. */
function start(log: (words: readonly string[]) => Promise<unknown> = async () => {}) {
  const calls: string[][] = [];
  const adapter: CrmAdapter = {
    logConversations: {
      maxSize: 100,
      run: async (entries) => {
        calls.push(entries.map(({ conversation }) => conversation.channelId));
        await log(entries.flatMap(({ conversation }) => conversation.messages.map(({ text }) => text)));
        return entries.map(({ conversation }) => fulfilled(conversation.id));
      },
    },
    updateConversation: async (_, logId) => logId,
    check: async () => [],
  };
  const deliver = parts.startProcess({ crm: adapter }, { isHeavy: (message) => message.includes('heavy') });
  return { calls, deliver };
}

const states = (...channels: readonly number[]) => channels.map((channel) => parts.deliveryOf(channel)?.state);

describe('a batch of a hundred chats', () => {
  test('shares its calls of the CRM', async () => {
    const { calls, deliver } = start();
    expect(await Promise.all(deliver(await chats(100)))).toEqual(Array.from({ length: 100 }, () => undefined));
    expect(calls.map(({ length }) => length)).toEqual([100]);
  });
});

describe('heavy messages', () => {
  test('come after the others, one at a time', async () => {
    const { calls, deliver } = start();
    await Promise.all(deliver(await Promise.all([chat(1, 'heavy'), chat(2), chat(3, 'heavy'), chat(4)])));
    expect(calls).toEqual([['2', '4'], ['1'], ['3']]);
  });

  test('are left for later if little time is left', async () => {
    const { calls, deliver } = start(async () => clock.pass(36));
    const untils = await Promise.all(deliver(await Promise.all([chat(1), chat(2, 'heavy')])));
    expect(calls).toEqual([['1']]);
    expect(untils).toEqual([undefined, { at: clock.now(), isListed: false }]);
  });

  test('come after the others also if it is the stored chat that is long', async () => {
    const { deliver: deliverFirst } = start();
    const hooks = [aHook(1, { words: ['x'.repeat(2 * 1024 * 1024)] }), aHook(2)];
    await Promise.all(deliverFirst(await Promise.all(hooks.map(parts.seal))));
    const { calls, deliver } = start();
    for (const channel of [1, 2]) await parts.ledger.remove(`1:${channel}`, 'crm');
    await Promise.all(deliver([1, 2].map((channel) => referTo(`1:${channel}`, ['crm']))));
    expect(calls).toEqual([['2'], ['1']]);
  });
});

describe('a chat that kills the process', () => {
  const never = new Promise<never>(() => {});
  const deadly = async (words: readonly string[]) => (words.includes('deadly') ? never : undefined);
  /** Nobody hears of a dead process that its time was over, a minute later. */
  const abandon = (attempts: readonly Promise<unknown>[]) => void Promise.allSettled(attempts);

  test('is parked after five crashes, and none of its batch is', async () => {
    const messages = await Promise.all([chat(1), chat(2), chat(3, 'deadly'), chat(4), chat(5)]);
    const calls: string[][][] = [];
    for (let crashes = 0; crashes < 7; crashes += 1) {
      const process = start(deadly);
      abandon(process.deliver(messages));
      await whileOthersRun();
      calls.push(process.calls);
      clock.pass(62);
    }
    expect(calls).toEqual([
      [['1', '2', '3', '4', '5']],
      [['1'], ['2'], ['3']],
      [['3']],
      [['3']],
      [['3']],
      // It is parked; those that came after it have their turn.
      [['4'], ['5']],
      [],
    ]);
    expect(states(1, 2, 4, 5)).toEqual(Array.from({ length: 4 }, () => 'delivered'));
    expect(parts.deliveryOf(3)).toMatchObject({ state: 'parked', reason: expect.stringMatching(/died 5 times/) });
  });

  test('does not block new chats', async () => {
    const messages = await Promise.all([chat(1, 'deadly'), chat(2), chat(3)]);
    abandon(start(deadly).deliver(messages.slice(0, 1)));
    await whileOthersRun();
    clock.pass(62);
    const { calls, deliver } = start(deadly);
    abandon(deliver(messages));
    await whileOthersRun();
    expect(calls).toEqual([['2', '3'], ['1']]);
    expect(states(2, 3)).toEqual(['delivered', 'delivered']);
  });
});

describe('a message without a chat', () => {
  test.each([
    ['no envelope', async () => 'hello', 'no-envelope'],
    ['an envelope of what is no chat', () => parts.seal('{"order":7}'), 'not-a-chat'],
  ])('such as %s is kept as rejected, reported, and removed from the queue', async (_what, makeMessage, reason) => {
    const kept: string[] = [];
    const message = await makeMessage();
    const deliver = parts.startProcess({}, { keepUnreadable: async (_, why) => void kept.push(why.reason) });
    expect(await Promise.all(deliver([message]))).toEqual([undefined]);
    expect(kept).toEqual([reason]);
    expect(parts.lines).toEqual([{ message: 'unreadable message kept as rejected', reason }]);
  });
});

describe('while the visitor’s other chats cannot be read', () => {
  const deliverAll = async (hook: string) => {
    const { adapter } = createMemoryCrm();
    const chatsOf = () => Promise.reject(new Error('throttled'));
    const deliver = parts.startProcess({ crm: adapter }, { chatsOf });
    return Promise.allSettled(deliver([await parts.seal(hook)]));
  };

  test('a chat with an address is delivered, and its message comes back to release what is held', async () => {
    expect(await deliverAll(aHook(1))).toMatchObject([{ status: 'rejected', reason: { message: 'throttled' } }]);
    expect(states(1)).toEqual(['delivered']);
  });

  test('a chat without one waits', async () => {
    expect(await deliverAll(aHook(1, { email: null }))).toMatchObject([{ status: 'rejected' }]);
    expect(states(1)).toEqual([undefined]);
  });
});
