import type { Conversation, Visitor } from './model.ts';

/** The address for matching; null unless it is plainly one, so that nobody is matched by "" or "null". */
export function normaliseEmail(email: string | null): string | null {
  const address = email?.trim().toLowerCase() ?? '';
  return address.length <= 254 &&
    address.isWellFormed() &&
    /^[^\s@<>"(),;:\\]+@[^\s@<>"(),;:\\]+\.[^\s@.<>"(),;:\\]+$/u.test(address)
    ? address
    : null;
}

/**
 * An id that identifies one person, trimmed. Null for what programs write if they know nobody, so that strangers are never
 * merged, and for a lone surrogate, which storage would replace.
 */
export function identifyingId(id: string): string | null {
  const trimmed = id.trim();
  return trimmed === '' || !trimmed.isWellFormed() || nobody.test(trimmed) ? null : trimmed;
}

const nobody = /^(?:[0-]+|null|nil|none|undefined|nan|true|false|\[object object\])$/i;

/** The keys to find a person by, each as `kind#value`; `phone` is in E.164. */
export function personKeys(
  conversation: Pick<Conversation, 'id' | 'visitor'>,
  phone: string | null,
): readonly string[] {
  const visitor = accountVisitor(conversation);
  return [...contactKeys(conversation.visitor, phone), ...(visitor === null ? [] : [visitorKey(visitor)])];
}

/** Those of them that the visitor left. */
export function contactKeys(visitor: Visitor, phone: string | null): readonly string[] {
  const email = normaliseEmail(visitor.email);
  return [...(email === null ? [] : [`email#${email}`]), ...(phone === null ? [] : [`phone#${phone}`])];
}

/** @param visitor as `accountVisitor` has it */
export const visitorKey = (visitor: string) => `visitor#${visitor}`;

/** `<accountId>#<visitorId>`, since visitor ids may not be unique across accounts; null without an id. */
export const accountVisitor = ({ id, visitor }: Pick<Conversation, 'id' | 'visitor'>): string | null =>
  visitor.id === null ? null : `${id.split(':')[0]}#${visitor.id}`;
