import type { Instant } from '../conversation/model.ts';
import type { Fingerprint } from '../conversation/same-chat.ts';
import type { Beginning, Beginnings } from '../deliver/find-chat.ts';
import { joinedTo } from './conversations.ts';
import { beginningPartition, chatKey, expiresAt } from './keys.ts';
import { collect, isRecordOf, type Table } from './table.ts';

/** Wide enough for a source that knows the beginning, and another that knows only the first message. */
const nearMs = 60_000;

/** Remembers how chats of both sources are recognised, and where each is stored. */
export function createBeginnings(table: Table, options: { readonly retentionDays: number }): Beginnings {
  const expires = (receivedAt: Date) => expiresAt(receivedAt, options.retentionDays);
  return {
    remember: async (beginning, receivedAt) => {
      const { conversationId, source, fingerprint } = beginning;
      const expiry = { expiresAt: expires(receivedAt) };
      await table.put({ ...keyOf(beginning), conversationId, source, fingerprint, ...expiry });
    },
    near: async ({ conversationId, fingerprint }) => {
      const at = Date.parse(timeOf(fingerprint));
      const [from, to] = [isoOf(at - nearMs), isoOf(at + nearMs)];
      const days = new Set([from, to].map((time) => beginningPartition(accountOf(conversationId), time)));
      const found = [...days].map((partition) => collect(table.query({ partition, from, to })));
      return (await Promise.all(found)).flat().filter(isBeginning);
    },
    forget: async (beginning) => {
      await table.delete(keyOf(beginning));
    },
    placeOf: async (conversationId) => {
      const attributes = ['revision', 'joinedTo'];
      const item = await table.get(chatKey(conversationId), attributes);
      const chat = joinedTo(item);
      if (chat !== undefined) return { joinedTo: chat };
      return item === undefined ? 'nowhere' : 'own';
    },
    join: async (conversationId, chatId, receivedAt) => {
      const { isWritten } = await table.put(
        { ...chatKey(conversationId), joinedTo: chatId, expiresAt: expires(receivedAt) },
        { condition: 'attribute_not_exists(pk) OR joinedTo = :chat', values: { ':chat': chatId } },
      );
      return isWritten;
    },
  };
}

const keyOf = ({ conversationId, source, fingerprint }: Beginning) => ({
  pk: beginningPartition(accountOf(conversationId), timeOf(fingerprint)),
  sk: `${timeOf(fingerprint)}#${source}#${conversationId}`,
});

const accountOf = (conversationId: string) => conversationId.split(':')[0] ?? '';

const timeOf = ({ wroteAt, startedAt }: Fingerprint): Instant => wroteAt ?? startedAt ?? '';

const isoOf = (time: number): Instant => new Date(time).toISOString();

const isBeginning = isRecordOf<Beginning>('conversationId', 'source', 'fingerprint');
