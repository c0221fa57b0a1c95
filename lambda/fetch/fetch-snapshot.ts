import { CrmError } from '../crm/port/errors.ts';
import { errorFields, type Log } from '../platform/logger.ts';
import type { SmartsuppApi } from '../smartsupp/api/client.ts';
import { type ApiState, stateOf } from '../smartsupp/api/fetch-request.ts';
import { writeSnapshot } from '../smartsupp/api/snapshot.ts';
import { type Fields, toFields, toList, toText } from '../smartsupp/lenient.ts';

type FetchSnapshotDependencies = {
  readonly api: Omit<SmartsuppApi, 'search'>;
  readonly log: Log;
};

export type SnapshotRequest = {
  readonly accountId: string;
  readonly conversationId: string;
  /** When reading begins. */
  readonly at: Date;
  /** Leave out optional parts that cannot be read. */
  readonly isContentWithLess: boolean;
};

export type FetchedSnapshot = { readonly body: string; readonly state: ApiState };

/**
 * Reads everything that Smartsupp has of one conversation. The messages are read after the conversation, so that they
 * are at least as new as its end.
 * @throws CrmError
 */
export function createFetchSnapshot({ api, log }: FetchSnapshotDependencies) {
  return async ({ accountId, conversationId, at, isContentWithLess }: SnapshotRequest): Promise<FetchedSnapshot> => {
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
  };
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
export function cacheAgents(read: SmartsuppApi['agents'], now: () => Date): SmartsuppApi['agents'] {
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
