import type { Conversation } from './model.ts';

/** Keys to recognise a visitor by: a normalised address, and a number in E.164. */
export type MatchKeys = { readonly email: string | null; readonly phone: string | null };

/**
 * An id that identifies one person, trimmed. Null for the values that programs write for an unknown person, so that
 * strangers are never merged, and for a lone surrogate, which storage would replace.
 */
export function identifyingId(id: string): string | null {
  const trimmed = id.trim();
  return trimmed === '' || !trimmed.isWellFormed() || nobody.test(trimmed) ? null : trimmed;
}

const nobody = /^(?:[0-]+|null|nil|none|undefined|nan|true|false|\[object object\])$/i;

/** The keys that a chat is found by: those that the visitor left, or only wrote in their messages. */
export type FoundBy = MatchKeys & { readonly isFromWords?: true };

export const isIdentifying = ({ email, phone }: MatchKeys): boolean => email !== null || phone !== null;

/** All keys that a person may later be found by, each as `kind#value`. */
export const personKeys = (
  { email, phone, otherEmails = [] }: MatchKeys & { readonly otherEmails?: readonly string[] },
  /** From `accountVisitor`. */
  visitor: string | null,
): readonly string[] => [
  ...[email ?? [], otherEmails].flat().map((address) => `email#${address}`),
  ...(phone === null ? [] : [`phone#${phone}`]),
  ...(visitor === null ? [] : [visitorKey(visitor)]),
];

/** @param visitor as `accountVisitor` has it */
export const visitorKey = (visitor: string) => `visitor#${visitor}`;

/** `<accountId>#<visitorId>`, since visitor ids may not be unique across accounts; null without an id. */
export const accountVisitor = ({ id, visitor }: Pick<Conversation, 'id' | 'visitor'>): string | null =>
  visitor.id === null ? null : `${id.split(':')[0]}#${visitor.id}`;
