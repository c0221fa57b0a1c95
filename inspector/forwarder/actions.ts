import type { Delivery, Dismissal } from '../../lambda/delivery/delivery.ts';
import type { EnqueueChat, Ledger } from '../../lambda/delivery/ports.ts';
import { dismiss, requeue, undoDismissal } from '../../lambda/delivery/state-machine.ts';
import type { OpenMessage } from '../../lambda/queue/envelope.ts';
import type { Refused } from '../../lambda/receive/answers.ts';
import type { Validate } from '../../lambda/receive/receiver.ts';
import { decodeBody } from '../../lambda/receive/request.ts';
import { readConversation } from '../../lambda/smartsupp/body.ts';
import { type FetchRequest, readFetchRequest } from '../../lambda/smartsupp/fetch-request.ts';
import { validateHook } from '../../lambda/smartsupp/hook.ts';
import type { Records } from '../../lambda/store/records.ts';
import type { createRejectedBodies, RejectedBody } from '../../lambda/store/rejected.ts';

type ReplayDependencies = {
  readonly ledger: Pick<Ledger, 'write'>;
  readonly isStored: (conversationId: string) => Promise<boolean>;
  readonly enqueueChat: EnqueueChat;
  readonly now: () => Date;
};

export type Replayed = {
  readonly sent: readonly string[];
  readonly left: readonly Left[];
};

export type Left = { readonly destination: string; readonly why: string };

/**
 * Sends a stored conversation to the destinations of the given deliveries again. Safe to repeat, even during a
 * delivery: deliveries that have changed are left alone. A crash between ledger and queue leaves a pending delivery,
 * which the sweep puts on the queue.
 */
export function createReplay({ ledger, isStored, enqueueChat, now }: ReplayDependencies) {
  const setBack = async (conversationId: string, seen: Delivery): Promise<Left | undefined> => {
    const { destination } = seen;
    const result = requeue(seen, now());
    if (result.kind === 'refused') return { destination, why: result.why };
    if (await ledger.write(conversationId, result.delivery)) return undefined;
    return { destination, why: 'has changed in the meantime' };
  };

  return async (conversationId: string, seen: readonly Delivery[]): Promise<Replayed> => {
    if (!(await isStored(conversationId))) {
      return {
        sent: [],
        left: seen.map(({ destination }) => ({ destination, why: 'belongs to a chat that no longer exists' })),
      };
    }
    const results = await Promise.all(seen.map((each) => setBack(conversationId, each)));
    const sent = seen.filter((_, index) => results[index] === undefined).map(({ destination }) => destination);
    if (sent.length > 0) await enqueueChat(conversationId, sent);
    return { sent, left: results.filter((each) => each !== undefined) };
  };
}

type ReplayRejectedDependencies = {
  readonly read: (id: string) => Promise<RejectedBody | undefined>;
  readonly validate: Validate;
  readonly open: OpenMessage;
  readonly enqueue: (body: string, receivedAt: Date) => Promise<void>;
  readonly enqueueChat: (conversationId: string, destinations: readonly string[]) => Promise<void>;
  /** Puts a request on the fetch queue; undefined if the stack has no second source. */
  readonly requestFetch?: ((message: string) => Promise<void>) | undefined;
  readonly remove: (id: string) => Promise<void>;
};

export type ReplayedRejected =
  | { readonly kind: 'sent'; readonly conversationId: string }
  | { readonly kind: 'refused'; readonly refused: Omit<Refused, 'ok'> }
  | { readonly kind: 'unknown' };

/**
 * Sends a rejected body through again, as if it had just arrived; what is still refused stays. Safe to repeat: if it is
 * on the queue and not yet removed, it is the same chat twice.
 */
export function createReplayRejected(dependencies: ReplayRejectedDependencies) {
  const { read, validate, open, enqueue, enqueueChat, requestFetch, remove } = dependencies;

  async function fetchAgain(id: string, request: FetchRequest, message: string): Promise<ReplayedRejected> {
    if (requestFetch === undefined) return { kind: 'refused', refused: withoutApi };
    await requestFetch(message);
    await remove(id);
    const asked = 'conversationId' in request ? request.conversationId : request.contactId;
    return { kind: 'sent', conversationId: `${request.accountId}:${asked}` };
  }

  return async (id: string): Promise<ReplayedRejected> => {
    const rejected = await read(id);
    if (rejected === undefined) return { kind: 'unknown' };
    const decoded = await decodeBody({ body: Buffer.from(rejected.body).toString('base64'), isBase64Encoded: true });
    if (!decoded.ok && decoded.reason === 'too-large') return { kind: 'refused', refused: { ...decoded, faults: [] } };
    const request = readFetchRequest(decoded.text);
    if (request !== undefined) return fetchAgain(id, request, decoded.text);
    // Somebody asked for it, so broken UTF-8 is now read as well as it can be.
    const { text } = decoded;
    // It is a body, or a message that deliver could not open.
    const opened =
      rejected.reason === 'no-envelope'
        ? await open(text)
        : ({ kind: 'hook', body: text, receivedAt: rejected.receivedAt } as const);
    if (opened.kind === 'unreadable') return { kind: 'refused', refused: { ...opened, faults: [] } };
    if (opened.kind === 'chat') {
      await enqueueChat(opened.conversationId, opened.destinations);
      await remove(id);
      return { kind: 'sent', conversationId: opened.conversationId };
    }
    const validated = validate(opened.body);
    if (!validated.ok) return { kind: 'refused', refused: validated };
    await enqueue(opened.body, opened.receivedAt);
    await remove(id);
    return { kind: 'sent', conversationId: validated.conversationId };
  };
}

const withoutApi = {
  reason: 'not-fetched',
  detail: "It must be fetched by Smartsupp's REST API, and api is not set up.",
  faults: [],
};

/** Without a filter, replays the undelivered destinations, or all if all are delivered. */
export function chooseDeliveries(deliveries: readonly Delivery[]): readonly Delivery[] {
  const undelivered = deliveries.filter(({ state }) => state !== 'delivered');
  return undelivered.length > 0 ? undelivered : deliveries;
}

/** Accepts all that deliver can read: a hook, a snapshot of the REST API, or both of one chat. */
export const validateBody: Validate = (body) => {
  const conversation = readConversation(body);
  return conversation === undefined ? validateHook(body) : { ok: true, conversationId: conversation.id };
};

export type DismissalResult = {
  /** Null for a rejected body. */
  readonly destination: string | null;
  /** Why it was left alone; completes a sentence. */
  readonly why: string | null;
};

type DismissalDependencies = {
  readonly records: Pick<Records, 'deliveriesOf'>;
  readonly ledger: Pick<Ledger, 'write'>;
  readonly bodies: Pick<ReturnType<typeof createRejectedBodies>, 'setDismissal'>;
  readonly now: () => Date;
};

/** Dismisses the deliveries of a chat, or a rejected body by its whole id; or undoes that. */
export function createChangeDismissal({ records, ledger, bodies, now }: DismissalDependencies) {
  /** @param dismissal undefined to undo one */
  return async (
    id: string,
    dismissal: Omit<Dismissal, 'at'> | undefined,
    destination?: string,
  ): Promise<readonly DismissalResult[]> => {
    if (!id.includes(':')) return [await changeBody(id, dismissal)];
    const all = await records.deliveriesOf(id);
    const meant = all.filter((each) => destination === undefined || each.destination === destination);
    const results = await Promise.all(meant.map((each) => changeDelivery(id, each, dismissal)));
    const changed = results.filter(({ why }) => why === null);
    // Destinations with nothing to dismiss are reported only if no other could be changed.
    return changed.length > 0 ? changed : results;
  };

  async function changeBody(id: string, dismissal: Omit<Dismissal, 'at'> | undefined): Promise<DismissalResult> {
    const isChanged = await bodies.setDismissal(id, dismissal ? { ...dismissal, at: now().toISOString() } : null);
    return { destination: null, why: isChanged ? null : `is ${dismissal ? 'dismissed already' : 'not dismissed'}` };
  }

  async function changeDelivery(
    id: string,
    known: Delivery,
    dismissal: Omit<Dismissal, 'at'> | undefined,
  ): Promise<DismissalResult> {
    const { destination } = known;
    const changed = dismissal === undefined ? undoDismissal(known, now()) : dismiss(known, now(), dismissal);
    if (changed.kind === 'refused') return { destination, why: changed.why };
    const isWritten = await ledger.write(id, changed.delivery);
    return { destination, why: isWritten ? null : 'has changed in the meantime' };
  }
}
