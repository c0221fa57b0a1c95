import { hash } from 'node:crypto';
import { contentHash } from '../../lambda/conversation/revision.ts';
import { joinBodies, readConversation } from '../../lambda/smartsupp/body.ts';
import type { Item } from '../../lambda/store/table.ts';
import { bodyOfPosted, firstOf, isAcknowledged, type Posted } from './posted.ts';
import type { Post } from './script.ts';
import { chatId, lengthOf } from './smartsupp.ts';

export type Stored = {
  /** As one copy that says it all. */
  readonly newest: Post;
  readonly contentHash: string;
  readonly revision: string;
};

/**
 * The chat as it is stored, with the words of one copy of each source and the rating of another; or what is wrong with
 * it. A copy that was acknowledged counts, one that was not may.
 */
export function storedCopy(id: string, { revision, rating: stored }: Item, posts: readonly Posted[]): Stored | string {
  const parts = String(revision).split('/');
  const [own = '', , other = ''] = parts[0] === 'both' ? parts.slice(1) : parts;
  const words: Partial<Record<Post['source'], Posted>> = {};
  for (const [source, copies] of Map.groupBy(posts, ({ post }) => post.source)) {
    const digest = chatId(firstOf(copies)) === id ? own : other;
    const known = copies.filter((each) => digest.endsWith(hash('sha256', bodyOfPosted(each)).slice(0, 8)));
    const copy = known.at(-1);
    const acknowledged = copies.filter((each) => isAcknowledged(each) && !known.includes(each));
    if (copy === undefined && (digest !== '' || acknowledged.length > 0))
      return 'what is stored is not what was posted.';
    if (copy !== undefined && acknowledged.some((each) => isNewer(each, copy))) return 'newer words came.';
    if (copy !== undefined) words[source] = copy;
  }
  const rated = posts.filter(({ post }) => post.rating !== null);
  const lastAt = Math.max(0, ...rated.filter(isAcknowledged).map(({ at }) => at));
  const rating = Number(Object(stored).score ?? Number.NaN) || null;
  if (rating === null && lastAt > 0) return 'its rating is lost.';
  if (rating !== null && !rated.some(({ post, by }) => post.rating === rating && by >= lastAt))
    return 'a newer rating came.';
  const { hook, api } = words;
  const longest = hook !== undefined && (api === undefined || lengthOf(hook.post) > lengthOf(api.post)) ? hook : api;
  if (longest === undefined) return 'nobody posted what is stored.';
  const body =
    hook && api ? joinBodies(id, { hook: bodyOfPosted(hook), api: bodyOfPosted(api) }) : bodyOfPosted(longest);
  const conversation = readConversation(body);
  return {
    newest: { ...longest.post, email: api?.post.email ?? hook?.post.email ?? null, rating },
    contentHash: conversation
      ? contentHash({ ...conversation, rating: rating === null ? null : { score: rating, comment: null } })
      : '',
    revision: String(revision),
  };
}

const isNewer = (one: Posted, other: Posted) =>
  lengthOf(one.post) > lengthOf(other.post) || (lengthOf(one.post) === lengthOf(other.post) && one.at > other.by);
