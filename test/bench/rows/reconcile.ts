import { atMost, published, type Row } from '../row.ts';
import { reconcileKnown } from '../support/known-conversations.ts';

const conversations = 10_000;

/** A run of reconcile that finds nothing new. */
export const reconcile: Row = {
  name: 'reconcile',
  measure: async () => {
    const large = await reconcileKnown(conversations, 200);
    const small = await reconcileKnown(conversations, 50);
    const row = (what: string) => `reconcile, 10,000 known conversations, ${what}`;
    return {
      results: [
        atMost(250, row('calls of Smartsupp and the table'), large.calls + large.tableCalls, ''),
        atMost(30, row('function time'), large.seconds, 's'),
        atMost(250, row('calls of Smartsupp in pages of 50'), small.calls, ''),
        published(row('time in pages of 50'), small.seconds, 's'),
        atMost(0, row('fetched again'), large.requested + small.requested, ''),
      ],
      notes: [
        `Reconcile looks through 10,000 known conversations in ${large.calls} calls of Smartsupp, of 100 ms each, and ${large.tableCalls} of the table.`,
      ],
    };
  },
};
