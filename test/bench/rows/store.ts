import { atMost, published, type Row } from '../row.ts';
import { storeUnits } from '../support/store-units.ts';

const goals = { '3 KB': 8, '60 KB': 20 } as const;

/** Capacity units a chat, its indexes included, from its first write until it is delivered. */
export const store: Row = {
  name: 'store',
  measure: async () => {
    const measured = await storeUnits();
    const sizes = ['3 KB', '60 KB'] as const;
    return {
      results: sizes.flatMap((size) => {
        const { newVisitor, knownVisitor } = measured[size];
        return [
          atMost(goals[size], `store, ${size} of a new visitor, written`, newVisitor.writes, 'units'),
          published(`store, ${size} of a new visitor, read`, newVisitor.reads, 'units'),
          published(`store, ${size} of a known visitor, written`, knownVisitor.writes, 'units'),
        ];
      }),
      notes: sizes.map((size) => {
        const { writes, reads, calls } = measured[size].newVisitor;
        return `A chat of ${size} of a new visitor: ${writes} units of writes, ${reads} of reads (${calls.join(', ')}).`;
      }),
    };
  },
};
