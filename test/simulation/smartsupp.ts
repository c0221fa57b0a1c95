import { hash } from 'node:crypto';
import { wordsOf } from './adapter.ts';
import { refusedWords } from './crm.ts';
import type { Post } from './script.ts';

/** Two of the chats are one visitor's. */
const visitorOf = (chat: number) => Math.max(1, chat - 1);

export const chatId = ({ chat }: Pick<Post, 'chat'>) => `1:${chat}`;
export const accountVisitorOf = ({ chat }: Pick<Post, 'chat'>) => `1#${visitorOf(chat)}`;
export const visitorIdOf = ({ chat }: Pick<Post, 'chat'>) => String(visitorOf(chat));

/** Words that no other chat has. */
export const markOf = ({ chat }: Pick<Post, 'chat'>) => `chat${chat}says`;

/** What no queue takes: compressed, the first is small. */
const notes: Partial<Record<Post['trait'], string>> = {
  heavy: 'x'.repeat(1_100_000),
  huge: Array.from({ length: 15_000 }, (_, at) => hash('sha512', String(at), 'base64')).join(''),
};

/** A hook as Smartsupp posts it. */
export function bodyOf(post: Post): string {
  const { chat, email, phone, rating, outcome, trait } = post;
  if (trait === 'rubbish') return JSON.stringify({ accountId: 1, about: markOf(post) });
  return JSON.stringify({
    accountId: 1,
    channel: { id: chat, rating, isMissed: outcome === 'missed', isChat: outcome === 'answered' },
    visitor: {
      id: visitorOf(chat),
      email,
      note: notes[trait] ?? null,
      variables: phone === null ? {} : { phone },
    },
    messages: textsOf(post).map((content) => ({
      type: outcome === 'automatic' ? 'agent' : 'visitor',
      from: null,
      content,
    })),
  });
}

const textsOf = (post: Post) => [
  ...Array.from({ length: post.messages }, (_, at) => `${markOf(post)}${at}`),
  ...(post.trait === 'refused' ? [refusedWords] : []),
];

/** What a note says that has these words and this rating. */
export const noteOf = (post: Post, rating: number | null) =>
  wordsOf(
    textsOf(post).map((text) => ({ text })),
    rating,
  );

/** The longer copy has the newer words. */
export const lengthOf = (post: Post) => textsOf(post).length;
