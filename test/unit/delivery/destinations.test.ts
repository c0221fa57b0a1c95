import { beforeEach, describe, expect, test } from '@jest/globals';
import type { CrmAdapter } from '../../../lambda/crm/port/adapter.ts';
import { referTo } from '../../../lambda/queue/envelope.ts';
import { createMemoryCrm } from '../../support/memory-crm.ts';
import { aHook, createClock, createParts } from './parts.ts';

let clock: ReturnType<typeof createClock>;
let parts: ReturnType<typeof createParts>;
let crm: ReturnType<typeof createMemoryCrm>;
let other: ReturnType<typeof createMemoryCrm>;
beforeEach(() => {
  clock = createClock();
  parts = createParts(clock.now);
  crm = createMemoryCrm();
  other = createMemoryCrm();
});

function deliver(messages: readonly string[], others: Readonly<Record<string, CrmAdapter>> = {}) {
  return Promise.all(parts.startProcess({ crm: crm.adapter, other: other.adapter, ...others })(messages));
}
/** Stores a chat that is delivered nowhere yet. */
const store = async (hook: string) => {
  await Promise.all(parts.startProcess({})([await parts.seal(hook)]));
};
const statesOf = (channel: number) =>
  ['crm', 'other'].map((destination) => parts.deliveryOf(channel, destination)?.state);

describe('a hook', () => {
  test('is for every destination', async () => {
    expect(await deliver([await parts.seal(aHook(1))])).toEqual([undefined]);
    expect(statesOf(1)).toEqual(['delivered', 'delivered']);
  });

  test('is ignored if a longer copy is stored, which has its own message', async () => {
    const longer = aHook(1, { words: ['Hello', 'Anybody?'] });
    await store(longer);
    expect(await deliver([await parts.seal(aHook(1))])).toEqual([undefined]);
    expect(statesOf(1)).toEqual([undefined, undefined]);
  });

  test('that comes twice is delivered once', async () => {
    const message = await parts.seal(aHook(1));
    await deliver([message]);
    expect(await deliver([message])).toEqual([undefined]);
    expect([crm.notes.length, other.notes.length]).toEqual([1, 1]);
  });
});

describe('a reference to a stored chat', () => {
  test('is delivered only to the destinations that it names', async () => {
    await store(aHook(1));
    expect(await deliver([referTo('1:1', ['other'])])).toEqual([undefined]);
    expect([crm.calls, statesOf(1)]).toEqual([[], [undefined, 'delivered']]);
    await deliver([await parts.seal(aHook(1))]);
    expect([crm.notes.length, other.notes.length]).toEqual([1, 1]);
  });

  test('delivers the newest copy', async () => {
    await store(aHook(1, { words: ['Hello', 'Anybody?'] }));
    await deliver([referTo('1:1', ['crm'])]);
    const [note] = crm.notes;
    expect(parts.deliveryOf(1)).toMatchObject({ state: 'delivered', loggedHash: note?.contentHash });
  });

  test.each([
    ['one that is not configured any more', ['gone']],
    ['none', []],
  ])('is done if it names %s', async (_whom, destinations) => {
    await store(aHook(1));
    expect(await deliver([referTo('1:1', destinations)])).toEqual([undefined]);
    expect([crm.calls, other.calls, statesOf(1)]).toEqual([[], [], [undefined, undefined]]);
  });

  test('is for those of its destinations that are configured', async () => {
    await store(aHook(1));
    await deliver([referTo('1:1', ['gone', 'crm'])]);
    expect([statesOf(1), parts.deliveryOf(1, 'gone')]).toEqual([['delivered', undefined], undefined]);
  });

  test('to an expired chat is done, and removes its deliveries', async () => {
    await deliver([await parts.seal(aHook(1))]);
    const expired = { ...parts.conversations, load: async () => undefined };
    const process = parts.startProcess({ crm: crm.adapter }, { conversations: expired });
    expect(await Promise.all(process([referTo('1:1', ['crm'])]))).toEqual([undefined]);
    expect(statesOf(1)).toEqual([undefined, 'delivered']);
  });

  test('to a chat that is being erased is done, and changes nothing', async () => {
    await deliver([await parts.seal(aHook(1))]);
    const erasing = { ...parts.conversations, load: async () => 'erasing' as const };
    const process = parts.startProcess({ crm: crm.adapter }, { conversations: erasing });
    expect(await Promise.all(process([referTo('1:1', ['crm'])]))).toEqual([undefined]);
    expect(statesOf(1)).toEqual(['delivered', 'delivered']);
  });

  test('to an erased chat is done, and removes the lease of a process that died as the erasure ended', async () => {
    await deliver([await parts.seal(aHook(1))]);
    const erased = { ...parts.conversations, load: async () => 'erased' as const };
    const process = parts.startProcess({ crm: crm.adapter }, { conversations: erased });
    expect(await Promise.all(process([referTo('1:1', ['crm'])]))).toEqual([undefined]);
    expect(statesOf(1)).toEqual([undefined, 'delivered']);
  });

  test('to a chat that this release cannot read parks what was pending, and says what to do', async () => {
    await store(aHook(1));
    crm.disturb(() => {
      throw new TypeError('undefined is not a function');
    });
    await deliver([referTo('1:1', ['crm'])]);
    const process = parts.startProcess({ crm: crm.adapter }, { read: () => undefined });
    expect(await Promise.all(process([referTo('1:1', ['crm'])]))).toEqual([undefined]);
    expect(parts.deliveryOf(1)).toMatchObject({ state: 'parked', reason: expect.stringMatching(/replay/) });
  });

  test('blocks no other chat at the destinations that it does not name', async () => {
    let wasCalled = () => {};
    const crmWasCalled = new Promise<void>((resolve) => {
      wasCalled = resolve;
    });
    crm.disturb((call) => {
      if (call === 'log') wasCalled();
    });
    const { upsertContacts, logConversations, ...rest } = other.adapter;
    const slow: CrmAdapter = {
      ...rest,
      logConversations: {
        ...logConversations,
        run: async (entries) => {
          await crmWasCalled;
          return logConversations.run(entries);
        },
      },
    };
    await Promise.all([1, 2].map((channel) => store(aHook(channel))));
    await deliver([referTo('1:1', ['crm']), referTo('1:2', ['slow'])], { slow });
    expect([parts.deliveryOf(1)?.state, parts.deliveryOf(2, 'slow')?.state]).toEqual(['delivered', 'delivered']);
  });
});

describe('a chat whose visitor left nothing', () => {
  const nameless = aHook(1, { visitor: 7, email: null });
  const identifying = aHook(2, { visitor: 7 });

  /** Stored, and held at the destination `crm` after its second look. */
  async function hold(): Promise<void> {
    await store(nameless);
    await deliver([referTo('1:1', ['crm'])]);
    clock.pass(10);
    expect(await deliver([referTo('1:1', ['crm'])])).toEqual([undefined]);
    expect(statesOf(1)).toEqual(['held', undefined]);
  }

  test('is looked at once more ten seconds later, and held only then', async () => {
    await store(nameless);
    expect(await deliver([referTo('1:1', ['crm'])])).toEqual([{ at: clock.inSeconds(10), isListed: true }]);
    expect(parts.deliveryOf(1)).toMatchObject({ state: 'pending', awaitsSecondLook: true });
    clock.pass(9);
    expect(await deliver([referTo('1:1', ['crm'])])).toEqual([{ at: clock.inSeconds(1), isListed: true }]);
    clock.pass(1);
    expect(await deliver([referTo('1:1', ['crm'])])).toEqual([undefined]);
    expect(parts.deliveryOf(1)).toMatchObject({ state: 'held', heldFor: '1#7', awaitsSecondLook: false });
    expect(crm.calls).toEqual([]);
  });

  test('is delivered at the second look if another chat has identified them by then', async () => {
    await store(nameless);
    await deliver([referTo('1:1', ['crm'])]);
    await store(identifying);
    clock.pass(10);
    await deliver([referTo('1:1', ['crm'])]);
    expect([statesOf(1), crm.contacts]).toEqual([['delivered', undefined], ['v2@example.com']]);
  });

  test('is delivered only where it was held, once another chat identifies them', async () => {
    await hold();
    await store(identifying);
    await deliver([referTo('1:2', ['other'])]);
    expect(parts.requeued).toEqual([referTo('1:1', ['crm'])]);
    await deliver(parts.requeued);
    expect(statesOf(1)).toEqual(['delivered', undefined]);
    expect(crm.notes).toMatchObject([{ conversationId: '1:1' }]);
  });

  test('is held at once if no visitor id can ever identify them', async () => {
    const withoutId = JSON.stringify({ ...JSON.parse(nameless), visitor: {} });
    expect(await deliver([await parts.seal(withoutId)])).toEqual([undefined]);
    expect(parts.deliveryOf(1)).toMatchObject({ state: 'held', heldFor: null });
  });
});
