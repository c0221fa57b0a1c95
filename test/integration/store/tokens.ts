import { setImmediate as nextTurn } from 'node:timers/promises';
import { beforeEach, expect, test } from '@jest/globals';
import type { MadeToken, SharedToken } from '../../../lambda/crm/http/adapter-deps.ts';
import { createSharedToken } from '../../../lambda/store/tokens.ts';
import { type Clock, createClock, newChannel, type StoreTests } from './support.ts';

const hourMs = 60 * 60 * 1000;

export const tokenTests: StoreTests = (table) => {
  let clock: Clock;
  let destination: string;
  let made: number;
  beforeEach(() => {
    clock = createClock();
    destination = `crm-${newChannel()}`;
    made = 0;
  });

  /** As another process has it. */
  const instance = (sleep: (ms: number) => Promise<unknown> = nextTurn): SharedToken =>
    createSharedToken(table(), { destination, now: clock.now, sleep });
  const make = async (): Promise<MadeToken> => {
    made += 1;
    return { token: `token-${made}`, validForMs: hourMs };
  };
  /** Claims the making of the token and is still at it. */
  const startMaking = async () => {
    const asked = Promise.withResolvers<void>();
    const answer = Promise.withResolvers<MadeToken>();
    const token = instance().get(() => {
      asked.resolve();
      return answer.promise;
    });
    await asked.promise;
    return { token, answer };
  };

  test('is a failure that is tried again, and no bug of the adapter, if the table fails', async () => {
    const get = () => Promise.reject(new Error('The table is away.'));
    const shared = createSharedToken({ ...table(), get }, { destination, now: clock.now, sleep: nextTurn });
    await expect(shared.get(make)).rejects.toMatchObject({
      name: 'CrmError',
      message: expect.stringContaining('our table'),
      fault: { kind: 'retryable' },
      outcomeUnknown: false,
    });
    expect(made).toBe(0);
  });

  test('is made once for twenty instances that ask at once', async () => {
    const tokens = await Promise.all(Array.from({ length: 20 }, () => instance().get(make)));
    expect(new Set(tokens)).toEqual(new Set(['token-1']));
    expect(made).toBe(1);
  });

  test('is made once for twenty who ask one instance at once', async () => {
    const shared = instance();
    await Promise.all(Array.from({ length: 20 }, () => shared.get(make)));
    expect(made).toBe(1);
  });

  test('is used until shortly before it expires, then made once more', async () => {
    const [one, other] = [instance(), instance()];
    await one.get(make);
    clock.pass(57 * 60);
    expect([await one.get(make), await other.get(make)]).toEqual(['token-1', 'token-1']);
    clock.pass(90);
    const tokens = await Promise.all([one, other, instance(), instance()].map((each) => each.get(make)));
    expect(new Set(tokens)).toEqual(new Set(['token-2']));
  });

  test('that was refused is made once more', async () => {
    const instances = [instance(), instance(), instance()];
    await Promise.all(instances.map((each) => each.get(make)));
    clock.pass(10 * 60);
    await Promise.all(instances.map((each) => each.discard('token-1')));
    const tokens = await Promise.all(instances.map((each) => each.get(make)));
    expect(new Set(tokens)).toEqual(new Set(['token-2']));
  });

  test('that has replaced a refused one is not discarded with it', async () => {
    const [quick, slow] = [instance(), instance()];
    await slow.get(make);
    await quick.get(make);
    clock.pass(10 * 60);
    await quick.discard('token-1');
    await quick.get(make);
    clock.pass(10 * 60);
    await slow.discard('token-1');
    expect([await slow.get(make), await instance().get(make)]).toEqual(['token-2', 'token-2']);
  });

  test('that is refused as soon as it is made is not made over and over', async () => {
    const shared = instance();
    for (let refusals = 0; refusals < 5; refusals += 1) await shared.discard(await shared.get(make));
    expect(made).toBe(1);
  });

  test('is another at another destination', async () => {
    await instance().get(make);
    const other = createSharedToken(table(), { destination: 'other', now: clock.now, sleep: nextTurn });
    expect(await other.get(make)).toBe('token-2');
  });

  test('that another makes is waited for, but not for long', async () => {
    await startMaking();
    const waits: number[] = [];
    const waiting = instance(async (ms) => {
      waits.push(ms);
      clock.pass(ms / 1000);
    });
    await expect(waiting.get(make)).rejects.toMatchObject({ fault: { kind: 'retryable', retryAfterMs: 5000 } });
    expect(waits.reduce((all, ms) => all + ms, 0)).toBe(5000);
    expect(made).toBe(0);
  });

  test('is made by the next when the first died', async () => {
    await startMaking();
    clock.pass(31);
    expect(await instance().get(make)).toBe('token-1');
  });

  test('that could not be made is told, not tried again at once here, and free for others', async () => {
    const shared = instance();
    let tries = 0;
    const fail = async () => {
      tries += 1;
      throw new Error('no such client');
    };
    await expect(shared.get(fail)).rejects.toThrow('no such client');
    await expect(shared.get(fail)).rejects.toThrow('no such client');
    expect(tries).toBe(1);
    expect(await instance().get(make)).toBe('token-1');
    clock.pass(11);
    expect(await shared.get(fail)).toBe('token-1');
  });

  test('that comes when its claim has passed to another is as good as the other’s', async () => {
    const late = await startMaking();
    clock.pass(31);
    const second = await startMaking();
    late.answer.resolve({ token: 'late', validForMs: hourMs });
    expect(await late.token).toBe('late');
    expect(await instance().get(make)).toBe('late');
    second.answer.resolve({ token: 'second', validForMs: hourMs });
    expect(await second.token).toBe('second');
    expect(await instance().get(make)).toBe('second');
    expect(made).toBe(0);
  });
};
