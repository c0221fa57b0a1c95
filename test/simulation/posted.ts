import type { Post } from './script.ts';
import { bodyOf, chatId } from './smartsupp.ts';

/** A copy that was posted, and the answer, if one came. It was received between `at` and `by`: what is posted later is newer. */
export type Posted = {
  readonly post: Post;
  readonly at: number;
  readonly by: number;
  status: number | undefined;
  /** If it is not the hook's. */
  readonly snapshot?: string;
};

export const bodyOfPosted = ({ post, snapshot }: Posted): string => snapshot ?? bodyOf(post);

export const isAChat = ({ post }: Posted) => post.trait !== 'rubbish';
export const isAcknowledged = ({ status }: Posted) => status === 200;

/** All copies of each chat. */
export const byChat = (posted: readonly Posted[]): readonly (readonly Posted[])[] => [
  ...Map.groupBy(posted.filter(isAChat), ({ post }) => post.chat).values(),
];

export function firstOf([first]: readonly Posted[]): Post {
  if (first === undefined) throw new Error('Nothing was posted.');
  return first.post;
}

/** Those that the sources have for a chat. */
export const idsOf = (posts: readonly Posted[]): readonly string[] => [
  ...new Set(posts.map(({ post }) => chatId(post))),
];

/** Everything of a conversation in the table begins like this. */
export const keyOf = (id: string) => `CHAT#${id.replace(':', '#')} `;
