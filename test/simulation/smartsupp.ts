import { hash } from 'node:crypto';
import { toNumber, toText } from '../../lambda/smartsupp/lenient.ts';
import { parseSnapshot } from '../../lambda/smartsupp/snapshot.ts';
import { wordsOf } from './adapter.ts';
import { refusedWords } from './crm.ts';
import type { Post } from './script.ts';

/** Of ten chats, the first two are one visitor's. */
const visitorOf = (chat: number) => (chat % 10 === 1 ? chat : chat - 1);

/** Each source has an id of its own for a chat. */
export const chatId = ({ chat, source }: Pick<Post, 'chat' | 'source'>) =>
  source === 'api' ? `1:co${chat}` : `1:${chat}`;
export const accountVisitorOf = ({ chat }: Pick<Post, 'chat'>) => `1#${visitorOf(chat)}`;
export const visitorIdOf = ({ chat }: Pick<Post, 'chat'>) => String(visitorOf(chat));

/** Words that no other chat has; long enough to tell that a chat of two sources is one. */
export const markOf = ({ chat }: Pick<Post, 'chat'>) => `chat${chat}sayswordsofitsown`;

/** What no queue takes: compressed, the first is small. */
const notes: Partial<Record<Post['trait'], string>> = {
  heavy: 'x'.repeat(1_100_000),
  huge: Array.from({ length: 15_000 }, (_, at) => hash('sha512', String(at), 'base64')).join(''),
};

/** Whether a copy tells a name, and nothing by which its visitor is found. */
export const isNamed = ({ chat, email, phone }: Pick<Post, 'chat' | 'email' | 'phone'>) =>
  chat === 4 && email === null && phone === null;

/** A hook as Smartsupp posts it. What the REST API says of the same chat is in `rest-api.ts`. */
export function bodyOf(post: Post): string {
  const { chat, email, phone, rating, outcome, trait } = post;
  if (trait === 'rubbish') return JSON.stringify({ accountId: 1, about: markOf(post) });
  return JSON.stringify({
    accountId: 1,
    channel: { id: chat, rating, isMissed: outcome === 'missed', isChat: outcome === 'answered' },
    visitor: {
      id: visitorOf(chat),
      name: isNamed(post) ? 'Petr Svoboda' : null,
      email,
      note: notes[trait] ?? null,
      variables: phone === null ? {} : { phone },
    },
    messages: textsOf(post).map((content, at) => ({
      type: outcome === 'automatic' ? 'agent' : 'visitor',
      from: null,
      content,
      sentAt: Date.parse(saidAt(at)),
    })),
  });
}

/** The messages of the same chat as the REST API has them. */
export const messagesOf = (post: Post) =>
  textsOf(post).map((text, at) => ({ id: `m${at}`, sub_type: 'contact', content: { text }, created_at: saidAt(at) }));

/** The copy of a chat that a snapshot is. It may be of two moments: the messages are read after the conversation. */
export function postOfSnapshot(body: string): Omit<Post, 'at'> | undefined {
  const snapshot = parseSnapshot(body);
  if (snapshot === undefined) return undefined;
  const { conversation, contact, messages } = snapshot;
  return {
    source: 'api',
    chat: Number(String(conversation['id']).slice('co'.length)),
    messages: messages.length,
    email: toText(contact?.['email']),
    phone: null,
    rating: toNumber(conversation['rating_value']),
    outcome: 'missed',
    trait: 'plain',
    times: 1,
  };
}

/** To the millisecond in both sources. */
const saidAt = (at: number) => new Date(Date.UTC(2026, 4, 1, 7, 50, at, 250)).toISOString();

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
