import type { Post } from './script.ts';
import { chatId } from './smartsupp.ts';

/** A copy that was posted, when, and the answer, if one came. */
export type Posted = { readonly post: Post; readonly at: number; status: number | undefined };

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

/** The chat in the table. */
export const chatKeyOf = (posts: readonly Posted[]) => `CHAT#${chatId(firstOf(posts)).replace(':', '#')} CHAT`;
