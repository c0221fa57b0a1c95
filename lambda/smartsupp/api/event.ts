import { isFields, toFields, toText } from '../lenient.ts';

/** The vendor's events, and what each makes us fetch. `null`: it is only counted. */
const events: Readonly<Record<string, 'conversation' | 'contact' | null>> = {
  'conversation.closed': 'conversation',
  'conversation.closed_by_contact': 'conversation',
  'conversation.rated': 'conversation',
  // A contact who leaves an address may have chats that are held.
  'contact.updated': 'contact',
  'conversation.opened': null,
  'conversation.agent_assigned': null,
  'conversation.agent_unassigned': null,
  'conversation.agent_joined': null,
  'conversation.agent_left': null,
  'conversation.agent_replied': null,
  'conversation.contact_replied': null,
  'conversation.bot_replied': null,
  'conversation.message_delivered': null,
  'conversation.message_delivery_failed': null,
  'contact.created': null,
  'contact.acquired': null,
  'contact.banned': null,
  'contact.unbanned': null,
};

export type SmartsuppEvent = {
  /** From the vendor's list, or `unknown`, because it is logged. */
  readonly name: string;
  /** Null if the event does not say. */
  readonly accountId: string | null;
  readonly about:
    | { readonly kind: 'conversation' | 'contact'; readonly id: string }
    /** The event leads to nothing. */
    | { readonly kind: 'nothing' }
    /** The event should lead to a fetch, but has no usable id. */
    | { readonly kind: 'nobody' };
};

/** Reads an event, whatever its values' types; undefined if it is not an object. */
export function readEvent(value: unknown): SmartsuppEvent | undefined {
  if (!isFields(value)) return undefined;
  const given = toText(value['event']) ?? '';
  const [, group = ''] = /^(visitor|app)\./.exec(given) ?? [];
  const kind = Object.hasOwn(events, given) ? events[given] : undefined;
  const name = kind === undefined ? (group === '' ? 'unknown' : `${group}.*`) : given;
  return { name, accountId: toText(value['account_id']), about: aboutOf(kind ?? null, value['data']) };
}

function aboutOf(kind: 'conversation' | 'contact' | null, data: unknown): SmartsuppEvent['about'] {
  if (kind === null) return { kind: 'nothing' };
  const fields = toFields(data);
  const own = fields[kind];
  const ids = [isFields(own) ? own['id'] : own, fields[`${kind}_id`], fields['id']];
  const id = ids
    .map((each) => (typeof each === 'string' || typeof each === 'number' ? toText(each) : null))
    .find(Boolean);
  return id ? { kind, id } : { kind: 'nobody' };
}
