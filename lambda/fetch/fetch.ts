import { CrmError } from '../crm/port/errors.ts';
import { errorFields, type Log } from '../platform/logger.ts';
import type { SealOptions } from '../queue/envelope.ts';
import type { SmartsuppApi } from '../smartsupp/api-client.ts';
import {
  type ApiState,
  type FetchRequest,
  isNewer,
  later,
  readFetchRequest,
  stateOf,
  writeFetchRequest,
} from '../smartsupp/fetch-request.ts';
import { toConversationId } from '../smartsupp/hook.ts';
import { type Fields, toFields, toList, toText } from '../smartsupp/lenient.ts';
import { writeSnapshot } from '../smartsupp/snapshot.ts';
import type { FetchedStates } from '../store/api-progress.ts';

type FetchDependencies = {
  readonly api: Omit<SmartsuppApi, 'search'>;
  readonly fetched: FetchedStates;
  /** Puts a snapshot on the chats' queue, like a hook's body. */
  readonly enqueue: (body: string, receivedAt: Date, options: SealOptions) => Promise<void>;
  /** Smartsupp's ids of the contact's conversations that are held. */
  readonly heldOf: (contact: { readonly accountId: string; readonly contactId: string }) => Promise<readonly string[]>;
  /** Puts a request on the fetch queue. */
  readonly requestFetch: (request: Conversation) => Promise<void>;
  readonly keepRejected: (message: Uint8Array, why: Why) => Promise<unknown>;
  readonly log: Log;
  readonly now: () => Date;
};

type Conversation = Extract<FetchRequest, { readonly conversationId: string }>;
type Why = { readonly reason: string; readonly detail: string; readonly faults: readonly [] };

export type Fetched = 'done' | Later;

type Later = {
  /** The delay that Smartsupp asked for. */
  readonly retryAfterMs?: number | undefined;
  /** The cause concerns every conversation, so there is no point in trying the others now. */
  readonly isForAll: boolean;
};

/** After so many receives, stop waiting for the agents' names and the visitor's browser. */
const patientReceives = 5;

/** Deliver could not open a longer one. */
const maxSnapshotBytes = 7 * 1024 * 1024;

/** Handles one message of the fetch queue. Throws only what AWS throws. */
export function createFetch(dependencies: FetchDependencies) {
  const { fetched, log, now } = dependencies;
  const api = { ...dependencies.api, agents: cacheAgents(dependencies.api.agents, now) };

  async function fetchConversation(request: Conversation, receives: number): Promise<Fetched> {
    const { accountId, conversationId, why, seen, isHistory = false } = request;
    const id = toConversationId(accountId, conversationId);
    const known = seen && (await fetched.read([id])).get(id);
    if (seen !== undefined && known !== undefined && !isNewer(seen, known)) {
      log.info('fetched already', { conversationId, why });
      return 'done';
    }
    const at = now();
    let snapshot: Snapshot;
    try {
      const isContentWithLess = receives > patientReceives;
      snapshot = await readSnapshot(request, { api, log, at, isContentWithLess });
    } catch (error) {
      if (!(error instanceof CrmError)) throw error;
      if (error.fault.kind === 'permanent') return keepRequest(request, 'not-fetched', error.message);
      const { status, fault } = error;
      // Alarms count these log lines.
      log.warn(fault.kind === 'credentials' ? 'token refused' : 'not fetched yet', {
        conversationId,
        receives,
        status,
      });
      const isForAll = fault.kind !== 'retryable' || status === undefined || status === 429;
      return { isForAll, ...(fault.kind === 'retryable' && { retryAfterMs: fault.retryAfterMs }) };
    }
    if (Buffer.byteLength(snapshot.body) > maxSnapshotBytes) {
      return keepRequest(request, 'too-large', `The conversation has more than ${maxSnapshotBytes} bytes.`);
    }
    await dependencies.enqueue(snapshot.body, at, { isHistory, isReconciled: why === 'reconcile' });
    await fetched.record(id, later(seen, snapshot.state));
    log.info('fetched', { conversationId, why, receives, durationMs: now().getTime() - at.getTime() });
    return 'done';
  }

  /** Reconcile leaves it alone until it changes; a replay fetches it in any case. */
  async function keepRequest({ seen, ...request }: Conversation, reason: string, detail: string): Promise<Fetched> {
    const { accountId, conversationId } = request;
    const kept = await keep(writeFetchRequest(request), reason, detail, { conversationId });
    if (seen !== undefined) await fetched.record(toConversationId(accountId, conversationId), seen);
    return kept;
  }

  async function keep(message: string, reason: string, detail: string, about: object): Promise<Fetched> {
    await dependencies.keepRejected(Buffer.from(message), { reason, detail, faults: [] });
    // An alarm counts this log line.
    log.error('not fetched, and kept as rejected', { reason, ...about });
    return 'done';
  }

  return async (message: string, receives: number): Promise<Fetched> => {
    const request = readFetchRequest(message);
    if (request === undefined) return keep(message, 'no-request', unreadable, {});
    if ('conversationId' in request) return fetchConversation(request, receives);
    const { accountId, why, contactId } = request;
    const held = await dependencies.heldOf({ accountId, contactId });
    for (const conversationId of held) {
      await dependencies.requestFetch({ version: 1, accountId, conversationId, why });
    }
    if (held.length > 0) log.info('held chats of a contact', { contactId, chats: held.length });
    return 'done';
  };
}

const unreadable = 'A message on the fetch queue is not a version 1 request. Deploy a release that can read it.';

type Snapshot = { readonly body: string; readonly state: ApiState };

/**
 * Reads everything that Smartsupp has of one conversation. The messages are read after the conversation, so that they
 * are at least as new as its end.
 * @throws CrmError
 */
async function readSnapshot(
  { accountId, conversationId }: Conversation,
  {
    api,
    log,
    at,
    isContentWithLess,
  }: Pick<FetchDependencies, 'api' | 'log'> & {
    /** When reading begins. */
    readonly at: Date;
    /** Leave out optional parts that cannot be read. */
    readonly isContentWithLess: boolean;
  },
): Promise<Snapshot> {
  /** Undefined if it is refused for good, or, if it is optional, cannot be read. */
  const ifPossible = async <T>(what: string, isOptional: boolean, read: Promise<T>): Promise<T | undefined> => {
    try {
      return await read;
    } catch (error) {
      if (!isPermanent(error) && !(isOptional && isContentWithLess)) throw error;
      log.warn('fetched without', { conversationId, what, ...errorFields(error) });
      return undefined;
    }
  };
  const conversation = await api.conversation(conversationId);
  const { messages, isComplete } = await api.messages(conversationId);
  if (!isComplete) log.warn('fewer messages than Smartsupp counts', { conversationId, messages: messages.length });
  const contactId = idOf(conversation, 'contact');
  const visitorId = idOf(conversation, 'visitor');
  // Without the contact, the visitor is unknown.
  const contact = contactId === null ? undefined : await ifPossible('contact', false, api.contact(contactId));
  const visitor = visitorId === null ? undefined : await ifPossible('visitor', true, api.visitor(visitorId));
  const named = agentsIn(conversation, messages);
  const agents = named.size === 0 ? [] : ((await ifPossible('agents', true, api.agents())) ?? []);
  const body = writeSnapshot({
    accountId,
    fetchedAt: at.toISOString(),
    conversation,
    messages,
    contact: contact ?? null,
    visitor: visitor ?? null,
    agents: agents.filter(({ id }) => named.has(toText(id) ?? '')),
  });
  return { body, state: stateOf(conversation) };
}

const isPermanent = (error: unknown) => error instanceof CrmError && error.fault.kind === 'permanent';

const idOf = (conversation: Fields, kind: 'contact' | 'visitor') =>
  toText(conversation[`${kind}_id`]) ?? toText(toFields(conversation[kind])['id']);

function agentsIn(conversation: Fields, messages: readonly Fields[]): ReadonlySet<string> {
  const ids = [conversation['agent_ids'], conversation['assigned_ids'], messages.map(({ agent_id }) => agent_id)];
  return new Set(ids.flatMap(toList).flatMap((id) => toText(id) ?? []));
}

/** A new agent's name is missing for no longer than this. */
const maxAgeMs = 10 * 60_000;

/** The list of agents hardly changes, so it is read once for many conversations. A failure is not kept. */
function cacheAgents(read: SmartsuppApi['agents'], now: () => Date): SmartsuppApi['agents'] {
  let cached: { readonly agents: ReturnType<SmartsuppApi['agents']>; readonly until: number } | undefined;
  return () => {
    if (cached !== undefined && now().getTime() < cached.until) return cached.agents;
    const agents = read();
    const mine = { agents, until: now().getTime() + maxAgeMs };
    cached = mine;
    agents.catch(() => {
      if (cached === mine) cached = undefined;
    });
    return agents;
  };
}
