import type { Conversation } from './model.ts';

/** What a visitor can be recognised by: an address, normalised, and a number in E.164. */
export type MatchKeys = { readonly email: string | null; readonly phone: string | null };

/** By what a chat is found: what the visitor left, or only said in their words. */
export type FoundBy = MatchKeys & { readonly isFromWords?: true };

export const isIdentifying = ({ email, phone }: MatchKeys): boolean => email !== null || phone !== null;

/** What a person may later be found by, each as `kind#value`. */
export const personKeys = (
  { email, phone, otherEmails = [] }: MatchKeys & { readonly otherEmails?: readonly string[] },
  visitorId: string | null,
): readonly string[] => [
  ...[email ?? [], otherEmails].flat().map((address) => `email#${address}`),
  ...(phone === null ? [] : [`phone#${phone}`]),
  ...(visitorId === null ? [] : [visitorKey(visitorId)]),
];

export const visitorKey = (visitorId: string) => `visitor#${visitorId}`;

/** `<accountId>#<visitorId>`, since visitor ids may not be unique across accounts; null without an id. */
export const accountVisitor = ({ id, visitor }: Pick<Conversation, 'id' | 'visitor'>): string | null =>
  visitor.id === null ? null : `${id.split(':')[0]}#${visitor.id}`;
