import { hash } from 'node:crypto';
import type { Conversation } from './model.ts';

/** The same for all copies with the same content, whatever their spacing or key order. */
export function contentHash(conversation: Conversation): string {
  return hash('sha256', JSON.stringify(conversation));
}

/**
 * Which copies a chat is made of, as text that puts two states of it in order. Smartsupp posts a chat several times, and
 * no copy need hold all: its words are of one copy, `the longest, then the latest`, its rating of one, `the latest that is
 * rated`. A revision is the two copies' ranks, `words/rating`; that of one copy names it twice, or once if it is unrated.
 *
 *     words, no rating ──▶ 00000006|2015…|…/
 *     no words, rating ──▶ 00000000|2015…|…/2015…|…      together ──▶ 00000006|2015…|…/2015…|…
 *
 * The greater part of each is taken, so the order in which copies come does not matter, nor how often.
 */
export function revisionOf(conversation: Conversation, receivedAt: Date, body: string): string {
  const length = String(conversation.messages.length).padStart(8, '0');
  // The body's digest only decides between two copies of the same millisecond.
  const received = `${receivedAt.toISOString()}|${hash('sha256', body).slice(0, 8)}`;
  const time = `${conversation.endedAt ?? '0'}|${received}`;
  return `${length}|${time}/${conversation.rating === null ? '' : time}`;
}

export type Merged = {
  readonly revision: string;
  /** Which of the two each part is of. Of one and the same copy, it is the new one: this release's reading counts. */
  readonly words: 'stored' | 'new';
  readonly rating: 'stored' | 'new';
};

/** What a stored chat and a new copy make together; undefined if all of the copy is older than what is stored. */
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

/** A chat whose words are of one copy and whose rating may be of another. */
export const withRating = (conversation: Conversation, rating: Conversation['rating']): Conversation => ({
  ...conversation,
  rating: rating ?? conversation.rating,
});
