import { contentHash, withRating } from '../conversation/revision.ts';
import type { Ledger } from '../delivery/ports.ts';
import { park } from '../delivery/state-machine.ts';
import type { Log } from '../platform/logger.ts';
import type { Metrics } from '../platform/metrics.ts';
import type { OpenedMessage, OpenMessage } from '../queue/envelope.ts';
import { type Chat, createSaveCopy, type SaveCopyDependencies } from './save-copy.ts';

export type OpenChatDependencies = SaveCopyDependencies & {
  readonly open: OpenMessage;
  readonly ledger: Ledger;
  /** For information only, so it never throws. */
  readonly reportDeviations: (conversationId: string, deviations: readonly string[]) => Promise<void>;
  /** Keeps a message that cannot be read, so that the queue does not redeliver it forever. */
  readonly keepUnreadable: (message: Uint8Array, why: Unreadable) => Promise<unknown>;
  readonly log: Log;
  readonly metrics: Pick<Metrics, 'count'>;
  readonly now: () => Date;
};

type Unreadable = { readonly reason: string; readonly detail: string; readonly faults: readonly [] };

export type OpenedChat = Chat & {
  /** Null: every destination. */
  readonly destinations: readonly string[] | null;
  readonly isHistory: boolean;
};

/** In characters. A longer hook arrives as a heavy message. */
const maxLightLength = 1024 * 1024;

/**
 * Opens a message, and stores the chat in it, or loads the one that it refers to.
 * @param options.isIsolated nothing else is handled, so there is memory for the largest body
 * @returns undefined if nothing is left to deliver, `isolate` to open it again with nothing else running
 */
export function createOpenChat(dependencies: OpenChatDependencies, options: { readonly isIsolated: boolean }) {
  const { conversations, ledger, open, read, reportDeviations, identityOf, log, metrics, now } = dependencies;
  const saveCopy = createSaveCopy(dependencies);
  const maxLength = options.isIsolated ? Number.POSITIVE_INFINITY : maxLightLength;

  return async (message: string): Promise<OpenedChat | undefined | 'isolate'> => {
    const opened = await open(message);
    if (opened.kind === 'unreadable') return keepAsRejected(message, opened);
    const destinations = opened.kind === 'hook' ? null : opened.destinations;
    const chat = opened.kind === 'hook' ? await save(opened) : await load(opened.conversationId, opened.destinations);
    if (chat === undefined || chat === 'isolate') return chat;
    return { ...chat, destinations, isHistory: opened.isHistory === true };
  };

  async function save({ body, receivedAt, isReconciled }: Hook): Promise<Chat | undefined | 'isolate'> {
    const saved = await saveCopy({ body, receivedAt, maxLength });
    if (saved.kind === 'not a chat') return keepAsRejected(body, notAChat);
    if (saved.kind === 'too large') return 'isolate';
    const { kind, conversationId, deviations } = saved;
    if (deviations.length > 0 && kind !== 'known') await reportDeviations(conversationId, deviations);
    if (kind === 'new' && isReconciled === true) metrics.count('Healed');
    // The newer copy has its own message.
    return kind === 'superseded' ? undefined : saved.chat;
  }

  async function load(conversationId: string, destinations: readonly string[]): Promise<Chat | undefined | 'isolate'> {
    const stored = await conversations.load(conversationId);
    // Until it ends, the erasure needs the CRM's ids in the deliveries.
    if (stored === 'erasing') return undefined;
    if (stored === 'erased' || stored === undefined) {
      await Promise.all(destinations.map((destination) => ledger.remove(conversationId, destination)));
      return undefined;
    }
    if (stored.length > maxLength) return 'isolate';
    const chat = read(await stored.readBody());
    if (chat === undefined) return parkAll(conversationId, destinations, notAChat.detail);
    const conversation = withRating(chat.conversation, stored.rating);
    const { revision, receivedAt } = stored;
    const identity = await identityOf(conversation);
    return { conversation, contentHash: contentHash(conversation), revision, receivedAt, identity, isNew: false };
  }

  async function parkAll(conversationId: string, destinations: readonly string[], reason: string): Promise<undefined> {
    for (const destination of destinations) {
      const delivery = await ledger.read(conversationId, destination);
      if (delivery?.state === 'pending') await ledger.write(conversationId, park(delivery, now(), reason));
    }
  }

  async function keepAsRejected(
    content: string,
    { reason, detail }: Pick<Unreadable, 'reason' | 'detail'>,
  ): Promise<undefined> {
    await dependencies.keepUnreadable(Buffer.from(content), { reason, detail, faults: [] });
    // An alarm counts this log line.
    log.error('unreadable message kept as rejected', { reason });
  }
}

type Hook = Extract<OpenedMessage, { readonly kind: 'hook' }>;

const notAChat = {
  reason: 'not-a-chat',
  detail:
    'Another release accepted this as a chat, and this one cannot read it. Its body is kept: deploy a release that ' +
    'can, then replay it.',
};
