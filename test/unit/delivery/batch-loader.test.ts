import { setImmediate as whileOthersRun } from 'node:timers/promises';
import { describe, expect, test } from '@jest/globals';
import type { CrmAdapter, Entry } from '../../../lambda/crm/adapter.ts';
import { fulfilled } from '../../../lambda/crm/batches/batch.ts';
import { CrmError } from '../../../lambda/crm/errors.ts';
import { createGathering, OutOfTime } from '../../../lambda/delivering/gathering.ts';
import { aConversation, anEntry } from '../../fixtures/conversation.ts';

const entries = Array.from({ length: 13 }, (_, at) => anEntry(aConversation({ id: `1:${at}` }), '1'));
const entry = (at: number): Entry => entries[at] ?? anEntry(aConversation());
const begin = new Date('2026-05-04T08:00:00Z');

type Run = CrmAdapter['logConversations']['run'];

/** Parties at a CRM whose logs go out `most` at a time; tells what each call held. */
function gathering(parts: {
  readonly size: number;
  readonly most?: number;
  readonly run?: Run;
  readonly update?: CrmAdapter['updateConversation'];
  readonly seconds?: number;
  readonly now?: () => Date;
}) {
  const calls: string[][] = [];
  const adapter: CrmAdapter = {
    logConversations: {
      most: parts.most ?? 100,
      run: async (items) => {
        calls.push(items.map(({ conversation }) => conversation.id));
        return parts.run ? parts.run(items) : items.map(({ conversation }) => fulfilled(`log of ${conversation.id}`));
      },
    },
    updateConversation: parts.update ?? (async (_, log) => log),
    check: async () => [],
  };
  const deadline = new Date(begin.getTime() + (parts.seconds ?? 60) * 1000);
  const { join } = createGathering(adapter, { size: parts.size, deadline, now: parts.now ?? (() => begin) });
  return { calls, parties: Array.from({ length: parts.size }, join) };
}

describe('deliveries that are under way at the same time', () => {
  test('send together what they ask for when the last of them asks or leaves', async () => {
    const { calls, parties } = gathering({ size: 3 });
    const [first, second, third] = parties;
    const asked = [first?.crm.logConversation(entry(0)), second?.crm.logConversation(entry(1))];
    await Promise.resolve();
    expect(calls).toEqual([]);
    third?.leave();
    expect(await Promise.all(asked)).toEqual(['log of 1:0', 'log of 1:1']);
    expect(calls).toEqual([['1:0', '1:1']]);
  });

  test('wait for nobody who is alone', async () => {
    const { parties } = gathering({ size: 1 });
    expect(await parties[0]?.crm.logConversation(entry(0))).toBe('log of 1:0');
  });

  test('send what is asked for one at a time along with it, a few at a time', async () => {
    let [underWay, most] = [0, 0];
    const { calls, parties } = gathering({
      size: 13,
      update: async (_, log) => {
        underWay += 1;
        most = Math.max(most, underWay);
        await whileOthersRun();
        underWay -= 1;
        return log;
      },
    });
    const asked = parties.map(({ crm }, at) =>
      at === 0 ? crm.logConversation(entry(0)) : crm.updateConversation(entry(at), `log ${at}`),
    );
    expect((await Promise.all(asked)).at(-1)).toBe('log 12');
    expect([calls, most]).toEqual([[['1:0']], 5]);
  });

  test('are not held up for ever by one that leaves twice, or asks although it has left', async () => {
    const { parties } = gathering({ size: 3 });
    parties[0]?.leave();
    parties[0]?.leave();
    const asked = parties.map(({ crm, leave }, at) => crm.logConversation(entry(at)).finally(leave));
    expect(await Promise.all(asked)).toHaveLength(3);
  });

  test('ask again together, as often as they need', async () => {
    const { calls, parties } = gathering({ size: 2 });
    const twice = parties.map(async ({ crm, leave }, at) => {
      await crm.logConversation(entry(at));
      await crm.logConversation(entry(at + 2));
      leave();
    });
    await Promise.all(twice);
    expect(calls).toEqual([
      ['1:0', '1:1'],
      ['1:2', '1:3'],
    ]);
  });

  test('get each its own outcome', async () => {
    const bad = new CrmError('too rude', { kind: 'permanent' });
    const run: Run = async (items) =>
      items.map((_, at) => (at === 1 ? { status: 'rejected', reason: bad } : fulfilled(String(at))));
    const { parties } = gathering({ size: 3, run });
    const outcomes = await Promise.allSettled(parties.map(({ crm }, at) => crm.logConversation(entry(at))));
    expect(outcomes).toEqual([fulfilled('0'), { status: 'rejected', reason: bad }, fulfilled('2')]);
  });

  test('all hear what a call as a whole ends with', async () => {
    const run: Run = async () => {
      throw new TypeError('undefined is not a function');
    };
    const { parties } = gathering({ size: 2, run });
    const outcomes = await Promise.allSettled(parties.map(({ crm }, at) => crm.logConversation(entry(at))));
    expect(outcomes.every(({ status }) => status === 'rejected')).toBe(true);
  });
});

test('an adapter that gives too few outcomes leaves nobody waiting', async () => {
  const { parties } = gathering({ size: 2, run: async () => [fulfilled('only one')] });
  const outcomes = await Promise.allSettled(parties.map(({ crm }, at) => crm.logConversation(entry(at))));
  expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
});

test('nothing is begun where no time is left', async () => {
  const { calls, parties } = gathering({ size: 1, seconds: 24 });
  await expect(parties[0]?.crm.logConversation(entry(0))).rejects.toThrow(OutOfTime);
  await expect(parties[0]?.crm.updateConversation(entry(0), '7')).rejects.toThrow(OutOfTime);
  expect(calls).toEqual([]);
});

describe('a batch after another', () => {
  test('is not tried where the first failed for now, and nothing of it is in doubt', async () => {
    const away = new CrmError('no answer', { kind: 'retryable', retryAfterMs: 7 }, { outcomeUnknown: true });
    const run: Run = async (items) => items.map(() => ({ status: 'rejected', reason: away }));
    const { calls, parties } = gathering({ size: 5, most: 2, run });
    const outcomes = await Promise.allSettled(parties.map(({ crm }, at) => crm.logConversation(entry(at))));
    expect(calls).toEqual([['1:0', '1:1']]);
    expect(outcomes.map((outcome) => outcome.status === 'rejected' && outcome.reason)).toMatchObject([
      { outcomeUnknown: true },
      { outcomeUnknown: true },
      { outcomeUnknown: false, fault: { kind: 'retryable', retryAfterMs: 7 } },
      { outcomeUnknown: false },
      { outcomeUnknown: false },
    ]);
  });

  test('is tried where one alone failed, or the CRM refuses what it holds', async () => {
    const rude = new CrmError('too rude', { kind: 'permanent' });
    const run: Run = async (items) => items.map(() => ({ status: 'rejected', reason: rude }));
    const { calls, parties } = gathering({ size: 4, most: 2, run });
    await Promise.allSettled(parties.map(({ crm }, at) => crm.logConversation(entry(at))));
    expect(calls).toHaveLength(2);
  });

  test('is left for later where no time is left', async () => {
    let clock = begin;
    const run: Run = async (items) => {
      clock = new Date(clock.getTime() + 40_000);
      return items.map(() => fulfilled('done'));
    };
    const { calls, parties } = gathering({ size: 4, most: 2, run, now: () => clock });
    const outcomes = await Promise.allSettled(parties.map(({ crm }, at) => crm.logConversation(entry(at))));
    expect(calls).toHaveLength(1);
    expect(outcomes.slice(2)).toEqual([
      { status: 'rejected', reason: expect.any(OutOfTime) },
      { status: 'rejected', reason: expect.any(OutOfTime) },
    ]);
  });
});
