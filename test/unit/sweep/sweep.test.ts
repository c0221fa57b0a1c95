import { beforeEach, describe, expect, test } from '@jest/globals';
import type { VisitorChat } from '../../../lambda/delivery/ports.ts';
import type { DueDelivery } from '../../../lambda/sweep/requeue-due.ts';
import { createSweep, type SweepDependencies } from '../../../lambda/sweep/sweep.ts';

const now = new Date('2026-05-04T08:00:00Z');
const inMinutes = (minutes: number) => new Date(now.getTime() + minutes * 60_000);

let done: unknown[][];
beforeEach(() => {
  done = [];
});
const note =
  (what: string) =>
  async (...args: readonly unknown[]) =>
    void done.push([what, ...args]);

function sweepWith(parts: Partial<SweepDependencies>) {
  const sweep = createSweep({
    spooled: async () => [],
    enqueue: note('enqueue'),
    listDue: async () => [],
    slowMs: 3_000,
    paces: {
      all: async () => [{ destination: 'gone', pace: undefined }],
      write: async () => {},
      deliveriesOf: async () => [],
    },
    sleep: async () => {},
    enqueueChat: note('enqueue chat'),
    listHeld: async () => [],
    listHoldOver: async () => [],
    releaseChat: note('release chat'),
    chatsOf: async () => [],
    releaseHeld: note('release held'),
    destinations: ['crm', 'other'],
    measureBacklog: async () => ({ parked: 0, pending: 0, pendingSince: undefined }),
    countHeld: async () => 5,
    silentSince: async () => now,
    timezone: 'Europe/Prague',
    metrics: { count: (name, value) => void done.push([name, value]), flush: () => {} },
    log: { info: () => {}, warn: () => {}, error: () => {} },
    now: () => now,
    ...parts,
  });
  return sweep(inMinutes(1));
}
const actions = () => done.filter(([what]) => typeof what === 'string' && /^[a-z]/.test(what));

describe('a sweep puts back on the queue', () => {
  const due = (conversationId: string, destination: string): DueDelivery => ({
    conversationId,
    destination,
    version: 1,
    relist: async (at) => {
      done.push([`list ${conversationId} again`, at]);
      return note(`list ${conversationId} as before`);
    },
    park: note(`park ${conversationId}`),
  });

  const listOf =
    (...all: readonly DueDelivery[]): SweepDependencies['listDue'] =>
    async (destination) =>
      all.filter((each) => each.destination === destination);

  test('a delivery that has been due for a minute, once in a quarter of an hour', async () => {
    const asked: unknown[] = [];
    const listDue: SweepDependencies['listDue'] = async (destination, before, limit) => {
      if (destination === 'crm') asked.push(before);
      return listOf(due('1:1', 'crm'))(destination, before, limit);
    };
    expect(await sweepWith({ listDue })).toMatchObject({ due: 1, orphaned: 0 });
    // Whether any is due, and which.
    expect(asked).toEqual([inMinutes(-1), inMinutes(-1)]);
    expect(actions()).toEqual([
      ['list 1:1 again', inMinutes(15)],
      ['enqueue chat', '1:1', ['crm']],
    ]);
  });

  test('none that the table does not list anew, so that a message a minute is not sent while that fails', async () => {
    const listDue = listOf(
      { ...due('1:1', 'crm'), relist: () => Promise.reject(new Error('the table is away')) },
      // It was attempted in between.
      { ...due('1:2', 'crm'), relist: async () => undefined },
      due('1:3', 'crm'),
    );
    await sweepWith({ listDue });
    expect(actions()).toEqual([
      ['list 1:3 again', inMinutes(15)],
      ['enqueue chat', '1:3', ['crm']],
    ]);
  });

  test('one that the queue did not take at the next run', async () => {
    const enqueueChat = () => Promise.reject(new Error('the queue is away'));
    await expect(sweepWith({ listDue: listOf(due('1:1', 'crm')), enqueueChat })).rejects.toThrow('is away');
    expect(actions()).toEqual([['list 1:1 again', inMinutes(15)], ['list 1:1 as before']]);
  });

  test('no delivery whose destination was removed: it is parked, and says what to do', async () => {
    await sweepWith({ listDue: listOf(due('1:1', 'gone')) });
    expect(actions()).toEqual([['park 1:1', expect.stringContaining('replay --destination gone')]]);
  });

  test('a hook that waits in the table, even if one before it cannot be read', async () => {
    const hook = { body: '{}', receivedAt: now };
    const spooled: SweepDependencies['spooled'] = async () => [
      { id: 'a', read: () => Promise.reject(new Error('gone')), remove: note('remove a') },
      { id: 'b', read: async () => hook, remove: note('remove b') },
    ];
    await sweepWith({ spooled });
    expect(actions()).toEqual([['enqueue', '{}', now], ['remove b']]);
  });
});

describe('a sweep of a long list', () => {
  /** Hooks in a list that shows a removed one until the list was read twice more. */
  const spoolOf = (count: number, unreadable = 0) => {
    let reads = 0;
    const removedAt = new Map<number, number>();
    const all = Array.from({ length: count }, (_, at) => at);
    const spooled: SweepDependencies['spooled'] = async (limit) => {
      reads += 1;
      const listed = all.filter((at) => reads - (removedAt.get(at) ?? reads) <= 1);
      return listed.slice(0, limit).map((at) => ({
        id: String(at),
        read: async () => {
          if (at < unreadable) throw new Error('gone');
          return { body: String(at), receivedAt: now };
        },
        remove: async () => void removedAt.set(at, reads),
      }));
    };
    return { spooled, enqueued: () => actions().map(([, body]) => Number(body)) };
  };

  test('goes through all of it, each once, whatever the index still shows', async () => {
    const { spooled, enqueued } = spoolOf(2345);
    expect(await sweepWith({ spooled })).toMatchObject({ spooled: 2345 });
    expect(enqueued().toSorted((a, b) => a - b)).toEqual(Array.from({ length: 2345 }, (_, at) => at));
  });

  test('is not stopped by what cannot be read', async () => {
    const { spooled, enqueued } = spoolOf(1500, 700);
    await sweepWith({ spooled });
    expect(enqueued()).toHaveLength(800);
  });

  test('is not stopped by one that the queue or the table refuses', async () => {
    const listDue: SweepDependencies['listDue'] = async (destination) =>
      Array.from({ length: destination === 'crm' ? 100 : 0 }, (_, at) => ({
        conversationId: `1:${at}`,
        destination: 'crm',
        version: 1,
        relist: async () => {
          if (at === 3) throw new Error('too large');
          return async () => {};
        },
        park: note('park'),
      }));
    const errors: string[] = [];
    await sweepWith({
      listDue,
      log: { info: () => {}, warn: () => {}, error: (message) => void errors.push(message) },
    });
    expect(actions()).toHaveLength(99);
    expect(errors).toEqual(['one could not be swept']);
  });

  test('stops if the queue takes nothing at all', async () => {
    const { spooled } = spoolOf(2345);
    let calls = 0;
    const enqueue = () => {
      calls += 1;
      return Promise.reject(new Error('the queue is away'));
    };
    await expect(sweepWith({ spooled, enqueue })).rejects.toThrow('the queue is away');
    expect(calls).toBe(25);
  });

  test('begins no page after its time', async () => {
    const { spooled, enqueued } = spoolOf(2345);
    let time = now;
    const enqueue = async (body: string) => {
      done.push(['enqueue', body]);
      time = inMinutes(2);
    };
    await sweepWith({ spooled, enqueue, now: () => time });
    expect(enqueued()).toHaveLength(500);
  });
});

describe('a sweep releases recently held chats', () => {
  const chats: Readonly<Record<string, readonly VisitorChat[]>> = {
    '1#7': [{ conversationId: '1:1', email: 'eva@example.com', phone: null }],
    '1#8': [],
  };

  test('in the last hour, by visitor, for the destinations at which it is held', async () => {
    const asked: unknown[] = [];
    await sweepWith({
      listHeld: async (since) => {
        asked.push(since);
        return [
          { destination: 'crm', heldFor: '1#7' },
          { destination: 'crm', heldFor: '1#8' },
          { destination: 'other', heldFor: '1#7' },
          { destination: 'crm', heldFor: '1#7' },
        ];
      },
      chatsOf: async (visitor) => chats[visitor] ?? [],
    });
    expect(asked).toEqual([inMinutes(-60)]);
    expect(actions()).toEqual([
      ['release held', chats['1#7'], ['crm', 'other']],
      ['release held', [], ['crm']],
    ]);
  });
});

test('a sweep counts what is held once an hour, since there may be a year’s worth of it', async () => {
  const counted = async (minute: number) => {
    done = [];
    await sweepWith({ now: () => inMinutes(minute) });
    return done.filter(([name]) => name === 'HeldNow');
  };
  expect([await counted(59), await counted(60), await counted(61)]).toEqual([[], [['HeldNow', 5]], []]);
});

test('a sweep measures what waits even if the queue is away', async () => {
  const swept = sweepWith({
    spooled: () => Promise.reject(new Error('the table is away')),
    measureBacklog: async () => ({ parked: 2, pending: 3, pendingSince: inMinutes(-10) }),
    silentSince: async () => inMinutes(-125),
  });
  await expect(swept).rejects.toThrow('the table is away');
  expect(done).toEqual([
    ['ParkedNow', 2],
    ['PendingNow', 3],
    ['HeldNow', 5],
    ['SilentHours', 2],
    ['OldestPendingSeconds', 600],
  ]);
});
