import isHook from '../../../lambda/smartsupp/hook.validate.generated.js';
import { atMost, type Row } from '../row.ts';
import { bodyOf } from '../support/chats.ts';
import { timeRounds } from '../support/rounds.ts';
import { median, ratio } from '../support/statistics.ts';

const sizes = [
  { size: '3 KB', goal: 0.06 },
  { size: '60 KB', goal: 0.15 },
  { size: '1 MB', goal: 0.15 },
] as const;

/** Bodies of each size, in turn, so that none is always at hand in the processor's cache. */
const different = 8;

/** What the compiled schema costs, against the parsing that cannot be left out. */
export const validation: Row = {
  name: 'validation',
  measure: async () => {
    const results = sizes.map(({ size, goal }) => {
      const bodies = Array.from({ length: different }, (_, number) => bodyOf(size, { number }));
      const values: readonly unknown[] = bodies.map((body) => JSON.parse(body));
      if (!values.every((value) => isHook(value))) throw new Error('The bench posts a body that is no chat.');
      const times = timeRounds([
        { name: 'validate', run: inTurn(values, isHook) },
        { name: 'parse', run: inTurn(bodies, (body) => JSON.parse(body)) },
      ]);
      return { size, goal, ratio: ratio(times.validate, times.parse), nanoseconds: median(times.validate) };
    });
    return {
      results: results.map(({ size, goal, ratio }) => atMost(goal, `validation, ${size}`, ratio, '× JSON.parse')),
      notes: [
        `Validation takes ${results.map(({ size, nanoseconds }) => `${Math.round(nanoseconds)} ns for ${size}`).join(', ')}.`,
      ],
    };
  },
};

function inTurn<T>(things: readonly T[], act: (thing: T) => unknown): () => unknown {
  let next = 0;
  return () => {
    const thing = things[next % things.length];
    next += 1;
    return thing === undefined ? undefined : act(thing);
  };
}
