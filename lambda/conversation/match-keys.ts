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
 * What a person may later be found by, each as `kind#value`.
 * @param phone in E.164
 */
export function personKeys(visitor: Visitor, phone: string | null = null): readonly string[] {
  const email = normaliseEmail(visitor.email);
  return [
    ...(email === null ? [] : [`email#${email}`]),
    ...(phone === null ? [] : [`phone#${phone}`]),
    ...(visitor.id === null ? [] : [visitorKey(visitor.id)]),
  ];
}

export const visitorKey = (visitorId: string) => `visitor#${visitorId}`;

/**
 * A visitor within one account, `<accountId>#<visitorId>`, since nothing says that Smartsupp gives an id only once; null
 * if the visitor has no id.
 */
export const accountVisitor = ({ id, visitor }: Pick<Conversation, 'id' | 'visitor'>): string | null =>
  visitor.id === null ? null : `${id.split(':')[0]}#${visitor.id}`;
