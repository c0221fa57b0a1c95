import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Trouble } from './model/forgetful-crm.ts';
import type { Fate } from './model/process.ts';
import { type Copy, createWorld, type Script, type Step } from './model/world.ts';

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
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('deliver' as const),
      messages: fc.array(fc.nat(7), { minLength: 1, maxLength: 5 }),
    }),
  },
  {
    weight: 1,
    // Within a lease, beyond it, and beyond giving up.
    arbitrary: fc.record({ kind: fc.constant('wait' as const), seconds: fc.constantFrom(1, 5, 30, 61, 300, 90_000) }),
  },
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

const script: fc.Arbitrary<Script> = fc.record({
  copies: fc.array(copy, { minLength: 1, maxLength: 6 }),
  steps: fc.array(step, { maxLength: 16 }),
  lives: fc.array(fc.oneof(fc.constant(Infinity), fc.nat(24), fc.nat(150)), { maxLength: 10 }),
  stalls: fc.array(fc.nat(30), { maxLength: 10 }),
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
const delivered = (...messages: readonly number[]): Step => ({ kind: 'deliver', messages });

/** Takes the scheduler a moment, and does nothing else. */
const moment: Step = { kind: 'wait', seconds: 0 };

/** One visitor, who tells who they are in some chats alone; processes that stand still or die at the worst moment. */
const heldChats: fc.Arbitrary<Script> = fc.record({
  copies: fc
    .array(copy, { maxLength: 1 })
    .map((more) => [
      copyOfEva(1, null),
      copyOfEva(2, 'eva@example.com'),
      ...more.map((each) => ({ ...each, visitor: 1 })),
    ]),
  steps: fc
    .tuple(
      fc.nat(10),
      fc.array(
        fc.nat(2).map((message) => delivered(message)),
        { maxLength: 2 },
      ),
    )
    .map(([moments, more]) => [delivered(0), ...Array.from({ length: moments }, () => moment), delivered(1), ...more]),
  lives: fc.array(fc.oneof(fc.constant(Infinity), fc.integer({ min: 12, max: 26 })), { maxLength: 3 }),
  // About where a chat is held; where it is released comes later.
  stalls: fc.array(fc.oneof(fc.constant(0), fc.integer({ min: 3, max: 7 })), { minLength: 1, maxLength: 4 }),
  troubles: fc.constant([]),
  fates: fc.constant([]),
});

async function allIsWell(scheduler: fc.Scheduler, played: Script): Promise<void> {
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
  ['fails, comes twice or at once: one note and one task a chat, one contact a person, and nothing is stuck', script],
  ['stands still: no chat is held whose visitor is known', heldChats],
])(
  'whatever dies, %s',
  async (_what, scripts) => {
    await fc.assert(fc.asyncProperty(fc.scheduler(), scripts, allIsWell), { numRuns });
  },
  3_600_000,
);
