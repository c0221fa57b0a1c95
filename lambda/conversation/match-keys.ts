import type { Conversation, Visitor } from './model.ts';

/**
 * The e-mail by which a visitor is recognised: trimmed, lower-cased; null for anything that is not plainly an address,
 * so that nobody is ever matched by an empty string or the word "null".
 */
export function normaliseEmail(email: string | null): string | null {
  const address = email?.trim().toLowerCase() ?? '';
  return address.length <= 254 &&
    address.isWellFormed() &&
    /^[^\s@<>"(),;:\\]+@[^\s@<>"(),;:\\]+\.[^\s@.<>"(),;:\\]+$/u.test(address)
    ? address
    : null;
}

/**
 * An id that tells one person from all others, trimmed; null for what programs write when they know nobody, so that
 * strangers are never taken for one, and for half a character, which would make one id of two.
 */
export function identifyingId(id: string): string | null {
  const trimmed = id.trim();
  return trimmed === '' || !trimmed.isWellFormed() || nobody.test(trimmed) ? null : trimmed;
}

const nobody = /^(?:[0-]+|null|nil|none|undefined|nan|true|false|\[object object\])$/i;

/**
 * What a person may later be found by, each as `kind#value`.
 * @param phone in E.164
 */
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

/**
 * A visitor within one account, `<accountId>#<visitorId>`, since nothing says that Smartsupp gives an id only once; null
 * if the visitor has no id.
 */
export const accountVisitor = ({ id, visitor }: Pick<Conversation, 'id' | 'visitor'>): string | null =>
  visitor.id === null ? null : `${id.split(':')[0]}#${visitor.id}`;
