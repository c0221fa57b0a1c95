import { beforeEach, describe, expect, test } from '@jest/globals';
import { acquireLease } from '../../../lambda/delivery/lease.ts';
import { complete, type Outcome } from '../../../lambda/delivery/state-machine.ts';
import { createListDue } from '../../../lambda/store/backlog.ts';
import { createLedger } from '../../../lambda/store/ledger.ts';
import { createIsStopped, createPaces } from '../../../lambda/store/pace.ts';
import { createRecords } from '../../../lambda/store/records.ts';
import { collect } from '../../../lambda/store/table.ts';
import { createRequeueDue } from '../../../lambda/sweep/requeue-due.ts';
import { createDynamoDb, simulatedTable } from '../../simulation/dynamodb.ts';
import { createClock } from '../delivery/parts.ts';

const delivered = { state: 'delivered' } as const;
const minute = 60;

/** The table's parts as they are, and in place of deliver and the CRMs what each destination answers. */
function createBacklogs() {
  const clock = createClock();
  const { now, pass } = clock;
  const table = simulatedTable(createDynamoDb({ now: () => now().getTime(), lagMs: () => 0 }), async (_, effect) =>
    effect(),
  );
  const ledger = createLedger(table, { retentionDays: 30, now });
  const answers: Record<string, Outcome | 'nothing'> = {};
  /** How many a CRM that limits calls takes at once. */
  const limits: Record<string, number> = {};
  const takes = { seconds: 0 };
  const queue: { readonly id: string; readonly destination: string }[] = [];
  /** How many were put back each time, by destination. */
  const rounds: Record<string, number[]> = {};
  let failures = 0;
  const lost = new Set<string>();

  const leaseOf = async (id: string, destination: string) => {
    const lease = acquireLease(await ledger.read(id, destination), {
      destination,
      contentHash: 'hash',
      revision: '1',
      person: { email: null, phone: null },
      now: now(),
      leaseUntil: new Date(now().getTime() + 60_000),
      isIsolated: true,
    });
    if (lease.kind !== 'acquired') throw new Error(`The delivery is ${lease.kind}.`);
    await ledger.write(id, lease.delivery);
    return lease.delivery;
  };
  const away = (seconds = 5 * minute) =>
    ({ state: 'pending', fault: 'retryable', nextAttemptAt: clock.inSeconds(seconds).toISOString() }) as const;
  const attempt = async (id: string, destination: string, outcome: Outcome) =>
    void (await ledger.write(id, complete(await leaseOf(id, destination), now(), outcome)));

  const deliver = async () => {
    const counts = Map.groupBy(queue, ({ destination }) => destination);
    for (const [destination, { length }] of counts) rounds[destination] = [...(rounds[destination] ?? []), length];
    if (queue.length > 0) pass(takes.seconds);
    const taken: Record<string, number> = {};
    for (const { id, destination } of queue.splice(0)) {
      taken[destination] = (taken[destination] ?? 0) + 1;
      const isRefused = taken[destination] > (limits[destination] ?? Number.POSITIVE_INFINITY);
      const answer = isRefused ? away() : (answers[destination] ?? delivered);
      if (answer === 'nothing' || lost.has(id)) continue;
      await attempt(id, destination, answer.state === 'pending' ? away() : answer);
    }
  };
  /** One after the other, although several destinations wait side by side. */
  let delivering = Promise.resolve();
  const requeueDue = (destinations = ['crm', 'other']) =>
    createRequeueDue(
      {
        listDue: createListDue(table, ledger, now),
        paces: createPaces(table),
        enqueueChat: async (id, [destination = '']) => void queue.push({ id, destination }),
        destinations,
        slowMs: 3_000,
        sleep: async (milliseconds) => {
          delivering = delivering.then(deliver);
          await delivering;
          pass(milliseconds / 1000);
        },
        now,
      },
      () => {
        failures += 1;
      },
    )(clock.inSeconds(45));

  return {
    answers,
    limits,
    takes,
    lost,
    away,
    attempt,
    isStopped: createIsStopped(table, now),
    pass,
    failures: () => failures,
    pending: async () => (await collect(createRecords(table).deliveries('pending'))).length,
    /** Chats that failed, all due by now. */
    wait: async (destination: string, count: number) => {
      for (let at = 0; at < count; at += 1) await attempt(`1:${destination}-${at}`, destination, away(0));
      pass(2 * minute);
    },
    /** A minute's run, and what deliver makes of it. @returns how many were put back each time, by destination */
    run: async (destinations?: readonly string[]) => {
      for (const name of Object.keys(rounds)) delete rounds[name];
      const from = now().getTime();
      await requeueDue(destinations && [...destinations]);
      await deliver();
      pass(minute - (now().getTime() - from) / 1000);
      return structuredClone(rounds);
    },
  };
}

let backlogs: ReturnType<typeof createBacklogs>;
beforeEach(() => {
  backlogs = createBacklogs();
});

/** A tenth more each time. */
const growing = [100, 111, 123, 136, 150, 165, 182, 201, 222, 245, 250];
const sum = (rounds: readonly number[] = []) => rounds.reduce((all, each) => all + each, 0);

describe('what waits for a CRM is put back', () => {
  test('each second, a tenth more while it comes through, never more than 250 at once', async () => {
    await backlogs.wait('crm', 2200);
    expect(await backlogs.run()).toEqual({ crm: [...growing, 250, 65] });
    expect(await backlogs.pending()).toBe(0);
  });

  test('never more than 250 at once for all destinations together', async () => {
    for (const destination of ['crm', 'other', 'third']) await backlogs.wait(destination, 300);
    const largest = [83, 83, 83, 51];
    const rounds = await backlogs.run(['crm', 'other', 'third']);
    expect(rounds).toEqual({ crm: largest, other: largest, third: largest });
    expect(await backlogs.pending()).toBe(0);
  });

  test('as much as the CRM takes, if it refuses the rest', async () => {
    backlogs.limits['crm'] = 30;
    await backlogs.wait('crm', 2500);
    const { crm = [] } = await backlogs.run();
    const found = crm.slice(15);
    expect(found.length).toBeGreaterThan(25);
    expect(Math.min(...found)).toBeGreaterThanOrEqual(27);
    expect(Math.max(...found)).toBeLessThanOrEqual(36);
    expect(await backlogs.isStopped('crm')).toBe(false);
  });

  test('a tenth less each time if it takes long, because other chats wait meanwhile', async () => {
    backlogs.takes.seconds = 6;
    await backlogs.wait('crm', 1500);
    expect((await backlogs.run())['crm']?.slice(0, 4)).toEqual([100, 90, 81, 72]);
  });

  test('ten a minute while it is away, and a tenth more each second once it is back', async () => {
    backlogs.answers['crm'] = backlogs.away();
    await backlogs.wait('crm', 1500);
    await backlogs.run();
    expect(await backlogs.isStopped('crm')).toBe(true);
    for (let minutes = 0; minutes < 5; minutes += 1) expect(await backlogs.run()).toEqual({ crm: [10] });
    expect(await backlogs.pending()).toBe(1500);
    delete backlogs.answers['crm'];
    backlogs.pass(5 * minute);
    // The first run still finds failures.
    expect((await backlogs.run())['crm']?.slice(0, 6)).toEqual([10, 11, 13, 15, 17, 19]);
    expect(await backlogs.isStopped('crm')).toBe(false);
    await backlogs.run();
    expect(await backlogs.pending()).toBe(0);
  });

  test('at no more than a probe a minute once it is given up, too', async () => {
    await backlogs.wait('crm', 1500);
    backlogs.answers['crm'] = { state: 'parked', fault: 'retryable' };
    expect(await backlogs.run()).toEqual({ crm: [100, 10] });
    expect(await backlogs.run()).toEqual({ crm: [10] });
  });

  test('without delay if the CRM refuses it for good: it has answered', async () => {
    await backlogs.wait('crm', 334);
    backlogs.answers['crm'] = { state: 'parked', fault: 'permanent' };
    expect(await backlogs.run()).toEqual({ crm: growing.slice(0, 3) });
  });

  test('although some of it is lost', async () => {
    await backlogs.wait('crm', 1500);
    for (let at = 0; at < 1500; at += 3) backlogs.lost.add(`1:crm-${at}`);
    expect(sum((await backlogs.run())['crm'])).toBe(1500);
    backlogs.lost.clear();
    backlogs.pass(16 * minute);
    await backlogs.run();
    expect(await backlogs.pending()).toBe(0);
  });

  test('only once those before it are done, or are due again', async () => {
    backlogs.answers['crm'] = 'nothing';
    await backlogs.wait('crm', 1100);
    expect(await backlogs.run()).toEqual({ crm: [100] });
    for (let minutes = 0; minutes < 14; minutes += 1) expect(await backlogs.run()).toEqual({});
    backlogs.pass(2 * minute);
    expect(await backlogs.run()).toEqual({ crm: [10] });
    delete backlogs.answers['crm'];
    backlogs.pass(16 * minute);
    await backlogs.run();
    await backlogs.run();
    expect(await backlogs.pending()).toBe(0);
  });

  test('for another CRM as if that one were not away', async () => {
    backlogs.answers['crm'] = backlogs.away();
    await backlogs.wait('crm', 1100);
    await backlogs.run();
    await backlogs.wait('other', 334);
    expect(await backlogs.run()).toEqual({ crm: [10], other: growing.slice(0, 3) });
  });
});

describe('new chats are not tried', () => {
  const probe = async (waiting: number) => {
    backlogs.answers['crm'] = backlogs.away();
    await backlogs.wait('crm', waiting);
    await backlogs.run();
    await backlogs.run();
  };

  test('while a probe has just failed, and not any more if no other has followed', async () => {
    await probe(150);
    expect(await backlogs.isStopped('crm')).toBe(true);
    backlogs.pass(2 * minute);
    expect(await backlogs.isStopped('crm')).toBe(false);
  });

  test('but tried if too few have failed to stand for all', async () => {
    await probe(4);
    expect(await backlogs.isStopped('crm')).toBe(false);
  });
});

test('what waits for a destination that was removed is parked, whatever its pace', async () => {
  await backlogs.wait('crm', 30);
  expect(await backlogs.pending()).toBe(30);
  expect(await backlogs.run(['other'])).toEqual({});
  expect(await backlogs.pending()).toBe(0);
  expect(backlogs.failures()).toBe(0);
});

test('without any destination there is nothing to put back, and the run succeeds', async () => {
  expect(await backlogs.run([])).toEqual({});
});
