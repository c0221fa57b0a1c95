import type { ConversationStatus } from '../../../lambda/conversation/status.ts';
import type { Contact, Crm } from './crm.ts';

export type Board = {
  readonly contacts: readonly Contact[];
  /** All chats in the CRM; the contacts hold only the newest. */
  readonly totalChats: number;
  /** Newest first; undefined if the forwarder's store did not answer. */
  readonly statuses: readonly BoardStatus[] | undefined;
};

export type BoardStatus = ConversationStatus & {
  readonly inCrm: boolean;
  /** The chat's contact, if it is among those shown. */
  readonly contact: Contact | undefined;
};

export const maxListed = 200;

export async function readBoard(crm: Crm, conversations: () => Promise<readonly ConversationStatus[]>): Promise<Board> {
  const statuses = await conversations().catch(() => undefined);
  const { contacts, total } = crm.newest(maxListed);
  const contactOf = new Map(contacts.flatMap((contact) => contact.chats.map(({ id }) => [id, contact])));
  return {
    contacts,
    totalChats: total,
    statuses: statuses
      ?.toSorted((one, other) => other.receivedAt.localeCompare(one.receivedAt))
      .slice(0, maxListed)
      .map((status) => ({
        ...status,
        inCrm: crm.has(status.conversationId),
        contact: contactOf.get(status.conversationId),
      })),
  };
}

export const statusOf = (board: Board, conversationId: string) =>
  board.statuses?.find((status) => status.conversationId === conversationId);

export const chatPath = (conversationId: string) => `/chats/${encodeURIComponent(conversationId)}`;
