import type { Conversation } from '../../../lambda/conversation/model.ts';

/** All that a salesperson may remember of a chat, folded. */
export function searchText({ visitor, messages }: Conversation, phone: string | null): string {
  const spoken = messages.filter(({ speaker }) => speaker !== 'system').map(({ text }) => text);
  return fold([visitor.name, visitor.email, phone, ...spoken].filter((text) => text !== null).join('\n'));
}

/** At most so many words, and each of them short, because every chat is searched for them. */
export const wordsOf = (query: string): readonly string[] => fold(query).slice(0, 200).split(/\s+/u).filter(Boolean);

/** Without accents and case, so that `novakova` finds Nováková. */
export const fold = (text: string) => text.toWellFormed().normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
