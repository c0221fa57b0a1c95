import { type Fields, isFields, toList, toText } from './lenient.ts';

/** One conversation as Smartsupp's REST API returned it. It travels and is stored like a hook's body. */
export type Snapshot = {
  readonly smartsupp: 'api';
  readonly version: 1;
  readonly accountId: string;
  /** When the reading began, ISO 8601: nothing in it is older. */
  readonly fetchedAt: string;
  readonly conversation: Fields;
  /** Oldest first. */
  readonly messages: readonly unknown[];
  readonly contact: Fields | null;
  readonly visitor: Fields | null;
  /** Only those named in it. */
  readonly agents: readonly Fields[];
};

export const writeSnapshot = (snapshot: Omit<Snapshot, 'smartsupp' | 'version'>): string =>
  JSON.stringify({ smartsupp: 'api', version: 1, ...snapshot } satisfies Snapshot);

/** Undefined unless it is a snapshot of a conversation with an id: nothing else of it is certain. */
export function parseSnapshot(body: string): Snapshot | undefined {
  try {
    return toSnapshot(JSON.parse(body));
  } catch {
    return undefined;
  }
}

function toSnapshot(value: unknown): Snapshot | undefined {
  if (!isFields(value) || value['smartsupp'] !== 'api' || value['version'] !== 1) return undefined;
  const { conversation, contact, visitor } = value;
  const accountId = toText(value['accountId']);
  if (accountId === null || !isFields(conversation) || toText(conversation['id']) === null) return undefined;
  return {
    smartsupp: 'api',
    version: 1,
    accountId,
    fetchedAt: toText(value['fetchedAt']) ?? '',
    conversation,
    messages: toList(value['messages']),
    contact: isFields(contact) ? contact : null,
    visitor: isFields(visitor) ? visitor : null,
    agents: toList(value['agents']).filter(isFields),
  };
}
