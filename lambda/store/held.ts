import { chatPartition, deliveryPrefix, keyText } from './keys.ts';
import { readDelivery } from './ledger.ts';
import { collect, type Table } from './table.ts';

/** Of one contact: more would be nobody's. */
const maxChats = 200;

/** Smartsupp's ids of a contact's conversations that wait for something, from an index that is a moment behind. */
export function createHeldOf(table: Table) {
  const isWaiting = async (conversationId: string): Promise<boolean> => {
    const deliveries = table.query({
      where: 'pk = :pk AND begins_with(sk, :prefix)',
      values: { ':pk': chatPartition(conversationId), ':prefix': deliveryPrefix },
      consistent: true,
    });
    // What is pending may be about to be held.
    return (await collect(deliveries)).some((item) => ['held', 'pending'].includes(readDelivery(item)?.state ?? ''));
  };

  return async ({
    accountId,
    contactId,
  }: {
    readonly accountId: string;
    readonly contactId: string;
  }): Promise<readonly string[]> => {
    const visitor = `${encodeURIComponent(accountId)}#${contactId}`;
    const found = table.query({
      index: 'byVisitor',
      where: 'visitor = :visitor',
      values: { ':visitor': keyText(visitor) },
      pageSize: maxChats,
    });
    const ids = (await collect(found, maxChats)).map(({ conversationId }) => String(conversationId));
    const waiting: string[] = [];
    for (const id of ids)
      if (isOfApi(id) && (await isWaiting(id))) waiting.push(decodeURIComponent(id.split(':')[1] ?? ''));
    return waiting;
  };
}

/** The hook's ids are integers, which the REST API does not know. */
const isOfApi = (conversationId: string) => !/:\d+$/.test(conversationId);
