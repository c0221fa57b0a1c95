import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Trouble } from './model/forgetful-crm.ts';
import type { Fate } from './model/process.ts';
import { type Copy, quiet, type Script, type Step } from './model/script.ts';
import { createWorld } from './model/world.ts';

/** `MODEL_RUNS=100000` for a long search. A failure prints its seed and path. */
const numRuns = Number(process.env['MODEL_RUNS'] ?? 300);

const copy: fc.Arbitrary<Copy> = fc.record({
  chat: fc.integer({ min: 1, max: 3 }),
  visitor: fc.integer({ min: 1, max: 2 }),
  words: fc.integer({ min: 1, max: 3 }),
  email: fc.constantFrom('eva@example.com', 'eva@example.com', 'adam@example.com', null, null),
  isHeavy: fc.constantFrom(false, false, false, true),
});

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('deliver' as const),
      messages: fc.array(fc.nat(7), { minLength: 1, maxLength: 5 }),
    }),
  },
  {
    weight: 2,
    // Within a lease, beyond it, and beyond giving up.
    arbitrary: fc.record({ kind: fc.constant('wait' as const), seconds: fc.constantFrom(1, 5, 30, 61, 300, 90_000) }),
  },
  { weight: 1, arbitrary: fc.constant({ kind: 'redeliver' as const }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('lose' as const), message: fc.nat(12) }) },
);

const trouble = fc.constantFrom<Trouble>(
  'none',
  'none',
  'busy',
  'refuses the credentials',
  'refuses for good',
  'breaks off before',
  'breaks off after',
  'a bug before',
  'a bug after',
);

/** Mostly a moment, sometimes minutes. */
const lag = fc.oneof({ weight: 5, arbitrary: fc.nat(8) }, { weight: 1, arbitrary: fc.constantFrom(90, 400) });

const script: fc.Arbitrary<Script> = fc.record({
  copies: fc.array(copy, { minLength: 1, maxLength: 6 }),
  steps: fc.array(step, { maxLength: 16 }),
  lives: fc.array(fc.oneof(fc.constant(Infinity), fc.nat(24), fc.nat(150)), { maxLength: 10 }),
  sweepLives: fc.array(fc.nat(10), { maxLength: 3 }),
  stalls: fc.array(fc.nat(30), { maxLength: 10 }),
  lags: fc.array(lag, { maxLength: 40 }),
  troubles: fc.array(trouble, { maxLength: 16 }),
  fates: fc.array(
    fc.oneof(
      { weight: 4, arbitrary: fc.constant<Fate>('answered') },
      { weight: 3, arbitrary: fc.constantFrom<Fate>('refused', 'lost', 'repeated') },
    ),
    { maxLength: 40 },
  ),
});

const copyOfEva = (chat: number, email: string | null): Copy => ({ chat, visitor: 1, words: 1, email, isHeavy: false });
const nameless = copyOfEva(1, null);
const identifying = copyOfEva(2, 'eva@example.com');
const deliver = (...messages: readonly number[]): Step => ({ kind: 'deliver', messages });
const wait = (seconds: number): Step => ({ kind: 'wait', seconds });

/** One visitor, who is identified in some chats alone; processes that stand still or die at the worst moment. */
const heldChats: fc.Arbitrary<Script> = fc.record({
  copies: fc
    .array(copy, { maxLength: 1 })
    .map((more) => [nameless, identifying, ...more.map((each) => ({ ...each, visitor: 1 }))]),
  steps: fc
    .tuple(
      fc.boolean(),
      fc.array(fc.constantFrom(0, 0, 0, 1, 11, 61), { maxLength: 8 }),
      fc.array(fc.nat(3), { maxLength: 2 }),
    )
    .map(([isNamelessFirst, waits, more]) => [
      deliver(isNamelessFirst ? 0 : 1),
      ...waits.map(wait),
      deliver(isNamelessFirst ? 1 : 0),
      ...more.map((message) => deliver(message)),
    ]),
  lives: fc.array(fc.oneof(fc.constant(Infinity), fc.integer({ min: 4, max: 26 })), { maxLength: 3 }),
  sweepLives: fc.array(fc.nat(10), { maxLength: 2 }),
  // About where a chat is held; where it is released comes later.
  stalls: fc.array(fc.oneof(fc.constant(0), fc.integer({ min: 3, max: 9 })), { minLength: 1, maxLength: 4 }),
  lags: fc.array(lag, { maxLength: 12 }),
  troubles: fc.constant([]),
  fates: fc.constant([]),
});

async function expectAllIsWell(scheduler: fc.Scheduler, played: Script): Promise<void> {
  const world = createWorld(scheduler, played);
  await world.play();

  for (const [destination, { contacts, notes, tasks }] of Object.entries(world.crms)) {
    expect(contacts).toEqual([...new Set(contacts)]);
    const noted = notes.flatMap(({ conversationId }) => conversationId || []);
    expect(noted).toEqual([...new Set(noted)]);
    expect(tasks).toEqual([...new Set(tasks)]);
    for (const { conversationId, newest, delivery } of world.deliveriesAt(destination)) {
      expect(delivery).toMatchObject({ contentHash: newest, leaseUntil: null, nextAttemptAt: null });
      expect(['delivered', 'held', 'parked']).toContain(delivery?.state);
      if (delivery?.state === 'held') expect(world.isKnown(conversationId)).toBe(false);
      if (delivery?.state !== 'delivered') continue;
      const note = notes.find((each) => each.conversationId === conversationId);
      expect(note).toMatchObject({ contentHash: newest, contactId: delivery.contactId });
      // Nobody ever answers here.
      expect(tasks).toContain(conversationId);
    }
  }
}

test.each([
  ['fails, comes twice, is late or lost: one note and one task a chat, one contact a person, nothing is stuck', script],
  ['stands still: no chat is held whose visitor is known', heldChats],
])(
  'whatever dies, %s',
  async (_what, scripts) => {
    await fc.assert(fc.asyncProperty(fc.scheduler(), scripts, expectAllIsWell), { numRuns });
  },
  3_600_000,
);

/** Both chats come in any order, within twenty seconds; meanwhile every second brings what is visible again. */
const bothChats: fc.Arbitrary<Script> = fc
  .record({
    order: fc.constantFrom([nameless, identifying], [identifying, nameless]),
    seconds: fc.nat(20),
    stalls: fc.array(fc.nat(9), { maxLength: 3 }),
    lags: fc.array(fc.nat(5), { maxLength: 12 }),
  })
  .map(({ order, seconds, ...rest }) => {
    const meanwhile = Array.from({ length: seconds }, (): readonly Step[] => [wait(1), { kind: 'redeliver' }]).flat();
    return { ...quiet, ...rest, copies: order, steps: [deliver(0), ...meanwhile, deliver(1)] };
  });

test('a chat that identifies its visitor releases a held one within 30 seconds, if the indexes are 5 seconds behind at most', async () => {
  const property = fc.asyncProperty(fc.scheduler(), bothChats, async (scheduler, played) => {
    const world = createWorld(scheduler, played);
    await world.play();
    for (const destination of Object.keys(world.crms)) {
      for (const { delivery } of world.deliveriesAt(destination)) {
        expect(delivery?.state).toBe('delivered');
        const seconds = (Date.parse(delivery?.updatedAt ?? '') - world.queue.lastHookAt()) / 1000;
        expect(seconds).toBeLessThanOrEqual(30);
      }
    }
  });
  await fc.assert(property, { numRuns });
}, 3_600_000);
