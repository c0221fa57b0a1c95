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

/** The keys to find a person by, each as `kind#value`; `phone` is in E.164. */
export function personKeys(visitor: Visitor, phone: string | null = null): readonly string[] {
  const email = normaliseEmail(visitor.email);
  return [
    ...(email === null ? [] : [`email#${email}`]),
    ...(phone === null ? [] : [`phone#${phone}`]),
    ...(visitor.id === null ? [] : [visitorKey(visitor.id)]),
  ];
}

export const visitorKey = (visitorId: string) => `visitor#${visitorId}`;

/** `<accountId>#<visitorId>`, since visitor ids may not be unique across accounts; null without an id. */
export const accountVisitor = ({ id, visitor }: Pick<Conversation, 'id' | 'visitor'>): string | null =>
  visitor.id === null ? null : `${id.split(':')[0]}#${visitor.id}`;
