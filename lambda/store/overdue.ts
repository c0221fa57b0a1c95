import { abandon } from '../delivering/ledger.ts';
import type { Ledger, ReadBody } from '../delivering/ports.ts';
import { collect } from '../platform/collect.ts';
import type { OverdueDelivery } from '../sweeping/sweep.ts';
import { hashBeforeErasure } from './erasure.ts';
import { chatKey } from './keys.ts';
import { readDelivery } from './ledger.ts';
import type { Item, Table } from './table.ts';

export type OverdueOptions = {
  readonly readBody: ReadBody;
  readonly ledger: Pick<Ledger, 'write'>;
  readonly now: () => Date;
};

/** Pending deliveries by when they were due. */
export function createListOverdue(table: Table, { readBody, ledger, now }: OverdueOptions) {
  const park = async (item: Item, reason: string) => {
    const delivery = readDelivery(item);
    if (delivery !== undefined) await ledger.write(String(item['conversationId']), abandon(delivery, now(), reason));
  };

  return async (before: Date, limit: number): Promise<readonly OverdueDelivery[]> => {
    const pending = table.query({
      index: 'listing',
      where: 'listed = :pending AND listedAt < :before',
      values: { ':pending': 'pending', ':before': before.toISOString() },
      pageSize: limit,
    });
    const items = await collect(pending, limit);
    return items.map((item) => {
      const { listedAt, conversationId, destination } = item;
      const key = { pk: String(item['pk']), sk: String(item['sk']) };
      return {
        conversationId: String(conversationId),
        destination: String(destination),
        read: () => readBody(String(conversationId)),
        touch: async () => {
          await table.update(key, {
            update: 'SET listedAt = :now',
            // Unless it was attempted meanwhile: then it is listed by its new time.
            condition: 'listedAt = :seen',
            values: { ':now': now().toISOString(), ':seen': String(listedAt) },
          });
        },
        park: (reason) => park(item, reason),
        forget: async () => {
          const condition = 'listedAt = :seen';
          const values = { ':seen': String(listedAt) };
          const header = await table.get(chatKey(String(conversationId)), { consistent: true });
          // An erasure that has not ended goes by it: it only is no more due.
          if (hashBeforeErasure(header) === undefined) await table.delete(key, { condition, values });
          else await table.update(key, { update: 'REMOVE listed, listedAt', condition, values });
        },
      };
    });
  };
}
