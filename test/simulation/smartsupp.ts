import { refusedWords, wordsOf } from './crm.ts';
import type { Post } from './script.ts';

/** Two of the chats are one visitor's. */
const visitorOf = (chat: number) => Math.max(1, chat - 1);

export const chatId = ({ chat }: Pick<Post, 'chat'>) => `1:${chat}`;
export const accountVisitorOf = ({ chat }: Pick<Post, 'chat'>) => `1#${visitorOf(chat)}`;
export const visitorIdOf = ({ chat }: Pick<Post, 'chat'>) => String(visitorOf(chat));

/** Words that no other chat has. */
export const markOf = ({ chat }: Pick<Post, 'chat'>) => `chat${chat}says`;

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
      note: trait === 'heavy' ? 'x'.repeat(1_100_000) : null,
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

/** What a note of it says. */
export const noteOf = (post: Post) =>
  wordsOf(
    textsOf(post).map((text) => ({ text })),
    post.rating,
  );

/** The newer copy has the greater; copies that are equal here are told by the time at which they came. */
export const orderOf = (post: Post) => textsOf(post).length * 2 + (post.rating === null ? 0 : 1);
