import type { Language } from '../language.ts';
import type { Conversation, Message } from '../model.ts';
import { clock } from './clock.ts';
import { type Fact, factsOf } from './facts.ts';
import { eventInWords, shorten, speakerNames } from './speakers.ts';
import { type Say, wordsIn } from './words.ts';

/** The chat as a salesperson reads it, before it is written in any format. All texts are still hostile: escape them. */
export type Transcript = {
  /** What happened, in one line: `Missed chat with Dusan Kmet`. */
  readonly headline: string;
  /** The rest of the header, most important first. */
  readonly facts: readonly Fact[];
  readonly pages: readonly { readonly url: string; readonly title: string | null }[];
  readonly lines: readonly Line[];
  /** What a format puts between all these, in the reader's language. */
  readonly words: LayoutWords;
};

export type Line = {
  /** Local time of day in the configured timezone, `16:33:59`; the date too where it differs from the chat's first. */
  readonly time: string | null;
  readonly speaker: Message['speaker'];
  /** Who spoke, in words: a name, `Visitor`, `Automatic message (Test Trigger)`. Empty for a system line. */
  readonly who: string;
  /** For a system line a sentence: `John Doe joined`. */
  readonly text: string;
};

export type LayoutWords = {
  readonly pagesVisited: string;
  readonly conversation: string;
  /** After the name of a speaker whose words go on from the part before: `(continued)`. */
  readonly continued: string;
  /** Between a label and its value: `: `, which French spaces in its own way. */
  readonly colon: string;
};

type TranscriptOptions = {
  /** IANA name, such as `Europe/Prague`. */
  readonly timezone: string;
  readonly language: Language;
};

/** Loads what every transcript in this language needs, which is a third of a first chat's work. */
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

/** The headline alone, without the work of the rest. */
export const headlineOf = (conversation: Conversation, language: Language): string =>
  headlineIn(conversation, wordsIn(language));

function headlineIn({ outcome, visitor }: Conversation, say: Say): string {
  const name = visitor.name ?? visitor.email;
  return name === null ? say(`anonymousHeadline.${outcome}`) : say(`headline.${outcome}`, { name: shorten(name) });
}
