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
  /** Where each part comes from. For the same copy again it is `new`, so that the current release's translation counts. */
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

/** Who tells of a chat. */
export type Source = 'hook' | 'api';

/**
 * The revision of a chat that both sources tell of: greater than each of one source, and it only grows, too.
 *
 *     both/<words of the hook's newest copy>/<newest rating of all>/<words of the API's newest copy>
 */
const both = 'both';

export const isOfBoth = (revision: string): boolean => revision.startsWith(`${both}/`);

type StoredRevision = {
  readonly revision: string;
  /** Of a chat that one source tells of. */
  readonly source: Source | undefined;
};

/** Merges one source's copy into a chat of the other source, or of both, as `mergeRevisions` does. */
export function mergeSources(stored: StoredRevision, copy: string, source: Source): Merged | undefined {
  const known = partsOf(stored);
  const [copyWords = '', copyRating = ''] = copy.split('/');
  const storedWords = known[source] ?? '';
  const hasWords = copyWords >= storedWords;
  const hasRating = copyRating !== '' && copyRating >= known.rating;
  if (!hasWords && !hasRating) return undefined;
  const words = { hook: known.hook ?? '', api: known.api ?? '', [source]: hasWords ? copyWords : storedWords };
  const rating = hasRating ? copyRating : known.rating;
  return {
    revision: [both, words.hook, rating, words.api].join('/'),
    words: hasWords ? 'new' : 'stored',
    rating: hasRating ? 'new' : 'stored',
  };
}

function partsOf({ revision, source }: StoredRevision): { hook?: string; rating: string; api?: string } {
  if (isOfBoth(revision)) {
    const [, hook = '', rating = '', api = ''] = revision.split('/');
    return { hook, rating, api };
  }
  const [words = '', rating = ''] = revision.split('/');
  return source === undefined ? { rating } : { [source]: words, rating };
}

/** The words of one copy with the newest rating of all. */
export const withRating = (conversation: Conversation, rating: Conversation['rating']): Conversation => ({
  ...conversation,
  rating: rating ?? conversation.rating,
});
