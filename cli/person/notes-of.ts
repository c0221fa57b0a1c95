import type { CrmAdapter } from '../../lambda/crm/adapter.ts';
import type { PersonChat } from './find-person.ts';

/** What a CRM has of a person's chats. */
export type NotesAt = {
  readonly destination: string;
  readonly count: number;
  /** Whether an erasure removes them; else they are left to be removed by hand. */
  readonly isRemovable: boolean;
};

/** Where notes of these chats are, by destination. */
export async function notesOf(
  chats: readonly Pick<PersonChat, 'deliveries'>[],
  adapterOf: (destination: string) => Promise<CrmAdapter | undefined>,
): Promise<readonly NotesAt[]> {
  const written = chats.flatMap(({ deliveries }) => deliveries).filter(({ logId }) => logId !== null);
  const byDestination = Map.groupBy(written, ({ destination }) => destination);
  return Promise.all(
    [...byDestination].map(async ([destination, { length: count }]) => ({
      destination,
      count,
      isRemovable: (await adapterOf(destination))?.removeConversation !== undefined,
    })),
  );
}
