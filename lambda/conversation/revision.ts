import { hash } from 'node:crypto';
import type { Conversation } from './model.ts';

/** The same for all copies with the same content, whatever their spacing or key order. */
export function contentHash(conversation: Conversation): string {
  return hash('sha256', JSON.stringify(conversation));
}

/**
 * Orders the states of a chat. Smartsupp posts a chat several times, and no copy has to be complete: the words are those of
 * the longest copy (then the later ended, then the later received), the rating is the latest of all rated copies. So a
 * revision has two parts, `words/rating`, and the rating's part is empty if there is none.
 *
 *     words, no rating    00000006|2015…|…/
 *     no words, a rating  00000000|2015…|…/2015…|…
 *     both, merged        00000006|2015…|…/2015…|…
 *
 * Merging takes the greater of each part, so neither the order of arrival nor repetition matters.
 */
export function revisionOf(conversation: Conversation, receivedAt: Date, body: string): string {
  const length = String(conversation.messages.length).padStart(8, '0');
  // The digest only decides between copies of the same millisecond.
  const received = `${receivedAt.toISOString()}|${hash('sha256', body).slice(0, 8)}`;
  const time = `${conversation.endedAt ?? '0'}|${received}`;
  return `${length}|${time}/${conversation.rating === null ? '' : time}`;
}

export type Merged = {
  readonly revision: string;
  /** The origin of each part. It is `new` for the same copy again, so that the current release's translation counts. */
  readonly words: 'stored' | 'new';
  readonly rating: 'stored' | 'new';
};

/** Merges a new copy into a stored chat; undefined if every part of the copy is older. */
export function mergeRevisions(stored: string, copy: string): Merged | undefined {
  const [storedWords = '', storedRating = ''] = stored.split('/');
  const [words = '', rating = ''] = copy.split('/');
  const hasWords = words >= storedWords;
  const hasRating = rating !== '' && rating >= storedRating;
  if (!hasWords && !hasRating) return undefined;
  return {
    revision: `${hasWords ? words : storedWords}/${hasRating ? rating : storedRating}`,
    words: hasWords ? 'new' : 'stored',
    rating: hasRating ? 'new' : 'stored',
  };
}

/** The source of a chat. */
export type Source = 'hook' | 'api';

/** In a chat of both sources: the conversation that gave it its id, or the other source's. */
type Member = 'own' | 'other';

const both = 'both';

export const isOfBoth = (revision: string): boolean => revision.startsWith(`${both}/`);

/**
 * Merges one source's copy into the other's chat, or into a chat of both. Each source's words are merged by themselves, the
 * rating is the latest of all:
 *
 *     both/<own words>/<rating>/<the other source's words>
 *
 * So it is greater than every revision of one source, and it only grows, too.
 */
export function mergeMembers(stored: string, copy: string, member: Member): Merged | undefined {
  const known = membersIn(stored);
  const merged = mergeRevisions(`${known[member]}/${known.rating}`, copy);
  if (merged === undefined) return undefined;
  const [words = '', rating = ''] = merged.revision.split('/');
  const [own, other] = member === 'own' ? [words, known.other] : [known.own, words];
  return { ...merged, revision: [both, own, rating, other].join('/') };
}

/** The revision of one source's conversation in a chat, as if the other had not come. */
export function revisionWithin(stored: string, member: Member): string {
  const known = membersIn(stored);
  return `${known[member]}/${known.rating}`;
}

/** The part that tells the words, whatever the rating. */
export function wordsIn(revision: string): string {
  const { own, other } = membersIn(revision);
  return `${own}/${other}`;
}

function membersIn(revision: string): { readonly own: string; readonly rating: string; readonly other: string } {
  const parts = revision.split('/');
  const [own = '', rating = '', other = ''] = isOfBoth(revision) ? parts.slice(1) : parts;
  return { own, rating, other };
}

export type CopyParts = { readonly words: boolean; readonly rating: boolean };

/**
 * The parts of a copy whose content is newer than what is stored, whenever they came: an imported copy that says no
 * more than a stored one adds nothing.
 */
export function newerParts(stored: string, copy: string): CopyParts {
  const [storedWords = '', storedRating = ''] = stored.split('/').map(withoutReceipt);
  const [words = '', rating = ''] = copy.split('/').map(withoutReceipt);
  return { words: words > storedWords, rating: rating > storedRating };
}

/** `00000006|2015…|received|digest` → `00000006|2015…`. */
const withoutReceipt = (part: string) => part.split('|').slice(0, -2).join('|');

/** The words of one copy with the newest rating of all. */
export const withRating = (conversation: Conversation, rating: Conversation['rating']): Conversation => ({
  ...conversation,
  rating: rating ?? conversation.rating,
});
