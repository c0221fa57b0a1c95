import type { Language } from '../language.ts';
import type { Conversation, Message } from '../model.ts';
import { clock } from './clock.ts';
import { type Fact, factsOf } from './facts.ts';
import { eventInWords, shorten, speakerNames } from './speakers.ts';
import { type Say, wordsIn } from './words.ts';

/** The chat as a salesperson reads it, independent of the format. All texts are untrusted: escape them. */
export type Transcript = {
  /** For example `Missed chat with Dusan Kmet`. */
  readonly headline: string;
  readonly facts: readonly Fact[];
  readonly pages: readonly { readonly url: string; readonly title: string | null }[];
  readonly lines: readonly Line[];
  readonly words: LayoutWords;
};

export type Line = {
  /** Local time in the configured timezone, `16:33:59`, with the date if it differs from the chat's first. */
  readonly time: string | null;
  readonly speaker: Message['speaker'];
  /** The speaker: a name, `Visitor`, `Automatic message (Test Trigger)`. Empty for a system line. */
  readonly who: string;
  /** For a system line, a sentence such as `John Doe joined`. */
  readonly text: string;
};

export type LayoutWords = {
  readonly pagesVisited: string;
  readonly conversation: string;
  /** Follows the speaker's name if the text continues from the previous part: `(continued)`. */
  readonly continued: string;
  /** Between a label and its value: `: `, which French spaces differently. */
  readonly colon: string;
};

type TranscriptOptions = {
  /** IANA name, such as `Europe/Prague`. */
  readonly timezone: string;
  readonly language: Language;
};

/** Preloads what all transcripts in this language need: a third of the first chat's work. */
export function prepareTranscripts({ timezone, language }: TranscriptOptions): void {
  clock(timezone, language);
  wordsIn(language);
}

export function buildTranscript(conversation: Conversation, options: TranscriptOptions): Transcript {
  const say = wordsIn(options.language);
  const local = clock(options.timezone, options.language);
  const begin = conversation.startedAt ?? conversation.messages.find((message) => message.sentAt)?.sentAt ?? null;
  const timeOf = local.timeSince(begin);
  const names = speakerNames(conversation, say);
  return {
    headline: headlineIn(conversation, say),
    facts: factsOf(conversation, begin, local, say),
    pages: conversation.pages,
    lines: conversation.messages.map((message) => ({
      time: message.sentAt === null ? null : timeOf(message.sentAt),
      speaker: message.speaker,
      who: message.speaker === 'system' ? '' : names(message),
      text: message.speaker === 'system' ? eventInWords(message.text, names(message), say) : message.text,
    })),
    words: {
      pagesVisited: say('layout.pagesVisited'),
      conversation: say('layout.conversation'),
      continued: say('layout.continued'),
      colon: say('layout.colon'),
    },
  };
}

export const headlineOf = (conversation: Conversation, language: Language): string =>
  headlineIn(conversation, wordsIn(language));

function headlineIn({ outcome, visitor }: Conversation, say: Say): string {
  const name = visitor.name ?? visitor.email;
  return name === null ? say(`anonymousHeadline.${outcome}`) : say(`headline.${outcome}`, { name: shorten(name) });
}
