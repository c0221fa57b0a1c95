import { fullName, isPlaceholderName, placeholderName } from '../contacts/contact-name.ts';
import { configuredOf, fieldsToFill, isNothing, nestCustomFields, remarkOf } from '../contacts/filling.ts';
import type { FollowUpNeeded } from '../follow-ups/follow-up-needed.ts';
import { isRecord, type JsonObject } from '../http/shapes.ts';
import { oneLine } from '../notes/entry.ts';
import type { Entry, Person } from '../port/adapter.ts';
import type { User } from './shapes.ts';

/** Configurable standard properties; any other name is a custom field's key. */
const userProperties = [
  'alias',
  'details',
  'external_id',
  'locale',
  'notes',
  'organization_id',
  'phone',
  'time_zone',
] as const;

export const isUserProperty = (name: string) => userProperties.some((property) => property === name);

/** @param name of a property, or the key of a custom field */
export function fieldOf(user: User, name: string): unknown {
  if (isUserProperty(name)) return user[name];
  const custom = user['user_fields'];
  return isRecord(custom) ? custom[name] : undefined;
}

/** Zendesk requires a name, and would ask new users by e-mail to verify their address. */
export function newUser(person: Person): JsonObject {
  const { email, phone } = person;
  const remark = remarkOf(person, person.typedPhone);
  return {
    name: fullName(person) ?? placeholderName(person),
    ...(email !== null && { email }),
    ...(phone !== null && { phone }),
    ...(remark !== null && { notes: remark }),
    ...nested(configuredOf(person)),
    skip_verify_email: true,
  };
}

export function toFill(user: User, person: Person): JsonObject {
  const name = fullName(person);
  const missing = fieldsToFill(configuredOf(person), (field) => fieldOf(user, field));
  const { email, phone } = person;
  const isUnnamed = isPlaceholderName(user['name'], { email: user['email'], phone: user['phone'] }, person);
  return {
    ...(name !== undefined && isUnnamed && { name }),
    ...(phone !== null && isNothing(user['phone']) && { phone }),
    ...nested(missing),
    ...(email !== null && isNothing(user['email']) && { email, skip_verify_email: true }),
  };
}

const nested = (fields: Person['fields']) => nestCustomFields(fields, isUserProperty, 'user_fields');

/** Zendesk shows no more of a subject. */
const maxSubjectLength = 150;

/**
 * The private first comment makes the whole ticket private, so the requester is not notified.
 * @param options.needed the follow-up; null solves the ticket
 * @param options.solver the assignee that Zendesk requires for a solved ticket, if no owner is configured
 */
export function newTicket(
  { conversation, contactId, ownerId }: Entry,
  comment: string,
  options: {
    readonly headline: string;
    readonly needed: FollowUpNeeded | null;
    readonly solver: string;
    readonly closedTicket: string | undefined;
  },
): JsonObject {
  const { needed, headline, solver, closedTicket } = options;
  const assignee = ownerId === null ? {} : { assignee_id: Number(ownerId) };
  return {
    subject: oneLine(headline, maxSubjectLength),
    external_id: conversation.id,
    requester_id: Number(contactId),
    comment: privateComment(comment),
    tags: ['smartsupp'],
    ...(needed === null
      ? { status: 'solved', ...(ownerId === null && { assignee_email: solver }), ...assignee }
      : // "New" is Zendesk's word for an open ticket that nobody has taken yet.
        { status: ownerId === null ? 'new' : 'open', ...assignee, ...task(needed) }),
    ...(closedTicket !== undefined && { via_followup_source_id: Number(closedTicket) }),
  };
}

/** Keeps the agent's status, unless a new follow-up is needed. */
export const addition = (
  comment: string,
  needed: FollowUpNeeded | null,
  { contactId, contactChanged }: Pick<Entry, 'contactId' | 'contactChanged'> = { contactId: undefined },
): JsonObject => ({
  comment: privateComment(comment),
  ...(contactChanged === true && { requester_id: Number(contactId) }),
  ...(needed !== null && { status: 'open', ...task(needed) }),
});

const privateComment = (html: string) => ({ html_body: html, public: false });

const task = ({ dueAt }: FollowUpNeeded) => (dueAt === null ? {} : { type: 'task', due_at: dueAt });
