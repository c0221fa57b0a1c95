import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  mergeMembers,
  mergeRevisions,
  revisionOf,
  revisionWithin,
  withRating,
} from '../../../lambda/conversation/revision.ts';
import { readConversation } from '../../../lambda/smartsupp/body.ts';
import { aHookBody } from '../../fixtures/hook-body.ts';

type Given = {
  readonly words: number;
  readonly rating?: number | null;
  readonly endAt?: number | null;
  readonly receivedAt?: number;
};

function copyOf({ words, rating = null, endAt = 1_777_882_890_000, receivedAt = 0 }: Given) {
  const messages = Array.from({ length: words }, (_, at) => ({ type: 'visitor', content: `${at}` }));
  const body = JSON.stringify(aHookBody({ channel: { id: 1, rating }, endAt, messages }));
  const conversation = readConversation(body);
  if (conversation === undefined) throw new Error('the fixture is a chat');
  const at = new Date(1_777_882_900_000 + receivedAt);
  return { conversation, revision: revisionOf(conversation, at, body) };
}
type Copy = ReturnType<typeof copyOf>;

/** As the store keeps them, one after the other. */
function merge(copies: readonly Copy[]): Copy | undefined {
  return copies.reduce<Copy | undefined>((stored, copy) => {
    if (stored === undefined) return copy;
    const merged = mergeRevisions(stored.revision, copy.revision);
    if (merged === undefined) return stored;
    const said = merged.words === 'new' ? copy : stored;
    const rated = merged.rating === 'new' ? copy : stored;
    const conversation = withRating(said.conversation, rated.conversation.rating);
    return { conversation, revision: merged.revision };
  }, undefined);
}
const seen = (copies: readonly Copy[]) => {
  const { messages, rating } = merge(copies)?.conversation ?? {};
  return [messages?.length, rating?.score];
};

describe('copies of a chat, in either order', () => {
  const chat = copyOf({ words: 6 });
  test.each([
    ['a rating that comes without messages is added to the words', copyOf({ words: 0, rating: 1 }), [6, 1]],
    ['so is one that comes with fewer', copyOf({ words: 5, rating: 1, endAt: 1_777_882_950_000 }), [6, 1]],
    ['more words replace fewer', copyOf({ words: 7 }), [7, undefined]],
    ['fewer words alone are ignored', copyOf({ words: 5, receivedAt: 9000 }), [6, undefined]],
    ['an end is later than none', copyOf({ words: 6, endAt: null, rating: 2 }), [6, 2]],
  ])('%s', (_what, other, expected) => {
    expect(seen([chat, other])).toEqual(expected);
    expect(seen([other, chat])).toEqual(expected);
  });

  test('the later of two ratings counts, and no rating takes none away', () => {
    const five = copyOf({ words: 6, rating: 5 });
    const one = copyOf({ words: 6, rating: 1, receivedAt: 1000 });
    const unrated = copyOf({ words: 7, receivedAt: 2000 });
    for (const copies of [
      [five, one, unrated],
      [unrated, one, five],
      [one, unrated, five],
    ]) {
      expect(seen(copies)).toEqual([7, 1]);
    }
  });
});

test('any copies make the same chat, in whatever order they come and however often', () => {
  const time = fc.integer({ min: 0, max: 3 });
  const given = fc.record({
    words: fc.integer({ min: 0, max: 3 }),
    rating: fc.option(fc.integer({ min: 0, max: 5 })),
    endAt: fc.option(time.map((minutes) => 1_777_882_890_000 + minutes * 60_000)),
    receivedAt: time,
  });
  const arrivals = fc
    .array(given, { minLength: 1, maxLength: 5 })
    .map((all) => all.map(copyOf))
    .chain((copies) =>
      fc.record({
        copies: fc.constant(copies),
        again: fc.shuffledSubarray(copies),
        order: fc.shuffledSubarray(copies, { minLength: copies.length }),
      }),
    );
  fc.assert(
    fc.property(arrivals, ({ copies, again, order }) => {
      expect(merge([...order, ...again])).toEqual(merge(copies));
      const merged = merge(copies);
      expect(copies.every(({ revision }) => revision <= (merged?.revision ?? ''))).toBe(true);
      // Every state is older than the one that follows it.
      const states = order.map((_, at) => merge(order.slice(0, at + 1))?.revision ?? '');
      expect(states).toEqual(states.toSorted());
    }),
    { numRuns: Number(process.env['PROPERTY_RUNS'] ?? 1000) },
  );
});

test('copies of both sources make the same revision, which only grows, in whatever order they come and however often', () => {
  const given = fc.record({
    member: fc.constantFrom('own' as const, 'other' as const),
    words: fc.integer({ min: 0, max: 3 }),
    rating: fc.option(fc.integer({ min: 1, max: 5 })),
    receivedAt: fc.nat(3),
  });
  const copies = fc
    .array(given, { minLength: 1, maxLength: 6 })
    .map((all) => all.map(({ member, ...copy }) => ({ member, revision: copyOf(copy).revision })));
  const arrivals = copies.chain((all) =>
    fc.record({
      all: fc.constant(all),
      order: fc.shuffledSubarray(all, { minLength: all.length }),
      again: fc.shuffledSubarray(all),
    }),
  );
  type Copies = readonly { readonly member: 'own' | 'other'; readonly revision: string }[];
  const statesOf = (all: Copies) => {
    const states: string[] = [];
    for (const { member, revision } of all) {
      const stored = states.at(-1) ?? '';
      states.push(mergeMembers(stored, revision, member)?.revision ?? stored);
    }
    return states;
  };
  fc.assert(
    fc.property(arrivals, ({ all, order, again }) => {
      const states = statesOf([...order, ...again]);
      expect(states.at(-1)).toBe(statesOf(all).at(-1));
      expect(states).toEqual(states.toSorted());
      for (const { member, revision } of all) {
        // What came before the other source is older than what both say.
        expect(revision < (states[0] ?? '')).toBe(true);
        const [words = ''] = revision.split('/');
        expect(words <= (revisionWithin(states.at(-1) ?? '', member).split('/')[0] ?? '')).toBe(true);
      }
    }),
    { numRuns: Number(process.env['PROPERTY_RUNS'] ?? 1000) },
  );
});
