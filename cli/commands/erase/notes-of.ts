import type { CrmAdapter } from '../../../lambda/crm/adapter.ts';
import type { PersonChat } from '../../lib/find-person.ts';
import { findsLost, isInDoubt } from './unconfirmed-notes.ts';

/** What a CRM has of a person's chats. */
export type NotesAt = {
  readonly destination: string;
  readonly count: number;
  /** How many more there may be, which an erasure looks for. */
  readonly doubtful: number;
  /** Whether an erasure removes them; else they are left to be removed by hand. */
  readonly isRemovable: boolean;
};

/** Where notes of these chats are, by destination. */
export async function notesOf(
  chats: readonly Pick<PersonChat, 'deliveries'>[],
  adapterOf: (destination: string) => Promise<CrmAdapter | undefined>,
): Promise<readonly NotesAt[]> {
  const deliveries = chats.flatMap((chat) => chat.deliveries);
  const relevant = deliveries.filter((delivery) => delivery.logId !== null || isInDoubt(delivery));
  const notes = await Promise.all(
    [...Map.groupBy(relevant, ({ destination }) => destination)].map(async ([destination, those]) => {
      const adapter = await adapterOf(destination);
      const count = those.filter(({ logId }) => logId !== null).length;
      const doubtful = findsLost(adapter) ? those.length - count : 0;
      return { destination, count, doubtful, isRemovable: adapter?.removeConversation !== undefined };
    }),
  );
  return notes.filter(({ count, doubtful }) => count + doubtful > 0);
}
