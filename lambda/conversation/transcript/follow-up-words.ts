import type { Language } from '../language.ts';
import { onOneLine } from './plain-words.ts';
import { shorten } from './speakers.ts';
import { wordsIn } from './words.ts';

/** A follow-up task's title for a visitor's name, null where there is none: one line of plain text, to be escaped. */
export type FollowUpTitle = (name: string | null) => string;

export type FollowUpWords = Readonly<Record<'missed' | 'offline' | 'lowRating', FollowUpTitle>>;

/** What the person who gets the task has to do, and why: `Reply to Eva: missed chat`. Never longer than 200 characters. */
export function followUpWords(language: Language): FollowUpWords {
  const say = wordsIn(language);
  const title =
    (why: keyof FollowUpWords): FollowUpTitle =>
    (name) =>
      name === null ? say(`anonymousFollowUp.${why}`) : say(`followUp.${why}`, { name: shorten(onOneLine(name)) });
  return { missed: title('missed'), offline: title('offline'), lowRating: title('lowRating') };
}
