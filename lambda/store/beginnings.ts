import type { Instant } from '../conversation/model.ts';
import type { Fingerprint } from '../conversation/same-chat.ts';
import type { Beginning, Beginnings, ReceivedChat, StoredBeginningsDependencies } from '../deliver/find-chat.ts';
import { beginningKey, beginningPartition, chatKey, expiresAt } from './keys.ts';
import { joinedTo } from './stored-chat.ts';
import { collect, type Item, type Table } from './table.ts';

/** Wide enough for a source that knows the beginning, and another that knows only the first message. */
const nearMs = 60_000;

/** Remembers how chats of both sources are recognised, and where each is stored. */
export function createBeginnings(table: Table, options: { readonly retentionDays: number }): Beginnings {
  const expires = (receivedAt: Date) => expiresAt(receivedAt, options.retentionDays);
  return {
    remember: async (beginning, receivedAt) => {
      const { conversationId, source, fingerprint } = beginning;
      await table.put({
        ...keyOf(beginning),
        conversationId,
        source,
        fingerprint,
        expiresAt: expires(receivedAt),
      });
    },
    near: async ({ conversationId, fingerprint }) => {
      const at = Date.parse(timeOf(fingerprint));
      const [from, to] = [at - nearMs, at + nearMs].map((time) => new Date(time).toISOString());
      const days = new Set([from, to].map((time) => beginningPartition(accountOf(conversationId), time ?? '')));
      const found = await Promise.all(
        [...days].map((pk) =>
          collect(
            table.query({
              where: 'pk = :pk AND sk BETWEEN :from AND :to',
              values: { ':pk': pk, ':from': from, ':to': to },
              consistent: true,
            }),
          ),
        ),
      );
      return found.flat().flatMap(toBeginning);
    },
    forget: async (beginning) => {
      await table.delete(keyOf(beginning));
    },
    placeOf: async (conversationId) => {
      const item = await table.get(chatKey(conversationId), { consistent: true, attributes: 'revision, joinedTo' });
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

export function createReceivedBetween(table: Table): StoredBeginningsDependencies['receivedBetween'] {
  return async (from, to, limit): Promise<readonly ReceivedChat[]> => {
    const received = table.query({
      index: 'listing',
      where: 'listed = :chat AND listedAt BETWEEN :from AND :to',
      values: { ':chat': 'chat', ':from': from.toISOString(), ':to': to.toISOString() },
      pageSize: limit,
    });
    return (await collect(received, limit)).map(({ conversationId, email, phone }) => ({
      conversationId: String(conversationId),
      email: textIn(email),
      phone: textIn(phone),
    }));
  };
}

const textIn = (value: unknown) => (typeof value === 'string' ? value : null);

const keyOf = ({ conversationId, source, fingerprint }: Beginning) =>
  beginningKey(accountOf(conversationId), timeOf(fingerprint), { source, conversationId });

const accountOf = (conversationId: string) => conversationId.split(':')[0] ?? '';

const timeOf = ({ wroteAt, startedAt }: Fingerprint): Instant => wroteAt ?? startedAt ?? '';

function toBeginning({ conversationId, source, fingerprint }: Item): readonly Beginning[] {
  if (typeof conversationId !== 'string' || (source !== 'hook' && source !== 'api')) return [];
  return isFingerprint(fingerprint) ? [{ conversationId, source, fingerprint }] : [];
}

const isFingerprint = (value: unknown): value is Fingerprint =>
  typeof value === 'object' && value !== null && 'lines' in value && 'addresses' in value;
