import { createFindChat, createStoredBeginnings } from '../../lambda/deliver/find-chat.ts';
import { createSaveCopy, type SavedCopy } from '../../lambda/deliver/save-copy.ts';
import { readChat, readSources } from '../../lambda/smartsupp/body.ts';
import { createBeginnings } from '../../lambda/store/beginnings.ts';
import { createConversations } from '../../lambda/store/conversations.ts';
import type { Table } from '../../lambda/store/table.ts';
import { createReceivedBetween } from '../../lambda/store/visitors.ts';
import { identityOf } from '../fixtures/identity.ts';

export type Copy = { readonly body: string; readonly receivedAt: Date };

export const retention = { retentionDays: 30 };
const log = { info: () => {}, warn: () => {}, error: () => {} };

/** Saves copies on a table, of one source or of both. */
export function saveCopyOn(table: Table, { hasApi }: { readonly hasApi: boolean }) {
  const beginnings = createBeginnings(table, retention);
  const conversations = createConversations(table, retention);
  const receivedBetween = createReceivedBetween(table);
  const { load } = conversations;
  const storedBeginnings = createStoredBeginnings({ receivedBetween, load, readSources, identityOf });
  const bothSources = { findChat: createFindChat({ beginnings, storedBeginnings, log }), forget: beginnings.forget };
  const save = createSaveCopy({ conversations, read: readChat, identityOf, ...(hasApi && { bothSources }) });
  return (copy: Copy): Promise<SavedCopy> => save({ ...copy, maxLength: Number.POSITIVE_INFINITY });
}
