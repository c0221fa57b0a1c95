import { shorten } from '../clean-text.ts';
import { clock, type Language, type LocalTime } from '../locale.ts';
import type { Conversation, Message, SentFile } from '../model.ts';
import { type Fact, factsOf, summaryOf } from './facts.ts';
import type { Words } from './words/en.ts';
import { type Say, wordsIn } from './words.ts';

/** The chat as a salesperson reads it, independent of the format. All texts are untrusted: escape them. */
export type Transcript = {
  /** `Missed chat with Dusan Kmet`. */
  readonly headline: string;
  /** How it ended, the rating, and the wait. */
  readonly summary: readonly Fact[];
  readonly lines: readonly Line[];
  /** One line each: about the chat, about the visitor, and what the CRM did not accept. */
  readonly facts: readonly (readonly Fact[])[];
  readonly pages: readonly { readonly url: string; readonly title: string | null }[];
  readonly words: LayoutWords;
};

export type Line = {
  /** Local time in the configured timezone, `16:33:59`, with the date if it differs from the line's before. */
  readonly time: string | null;
  readonly speaker: Message['speaker'];
  /** The speaker: a name, `Visitor`, `Automatic message (Test Trigger)`. Empty for a system line. */
  readonly who: string;
  /** `Agent` or `Bot`, behind a name that does not say so. */
  readonly role: string | null;
  /** For a system line, a sentence such as `John Doe joined`. */
  readonly text: string;
};

export type LayoutWords = {
  readonly pagesVisited: string;
  /** Of a transcript in several parts: `part 2 of 3`. */
  readonly part: (part: number, parts: number) => string;
  /** Follows the speaker's name if the text continues from the previous part: `(continued)`. */
  readonly continued: string;
  /** Between a label and its value: `: `, which French spaces differently. */
  readonly colon: string;
};

/** A value that a CRM did not accept. */
export type RefusedValue = {
  readonly vendor: string;
  readonly part: keyof Words['refused'];
  readonly field: string;
  readonly value: string;
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

export function buildTranscript(
  conversation: Conversation,
  options: TranscriptOptions & { readonly refused?: readonly RefusedValue[] },
): Transcript {
  const say = wordsIn(options.language);
  const local = clock(options.timezone, options.language);
  const begin = conversation.startedAt ?? conversation.messages.find((message) => message.sentAt)?.sentAt ?? null;
  const timeOf = local.timesSince(begin);
  const names = speakerNames(conversation, say);
  return {
    headline: headlineIn(conversation, say),
    summary: summaryOf(conversation, say),
    lines: conversation.messages.map((message) => ({
      time: message.sentAt === null ? null : timeOf(message.sentAt),
      speaker: message.speaker,
      who: message.speaker === 'system' ? '' : names(message),
      role: roleOf(message, names(message), say),
      text:
        message.speaker === 'system'
          ? eventInWords(message.text, names(message), say)
          : wordsAndFiles(message, local, say),
    })),
    facts: [
      ...factsOf(conversation, begin, { local, language: options.language, say }),
      ...(options.refused ?? []).map((one) => [warning(one, say)]),
    ],
    pages: conversation.pages,
    words: {
      pagesVisited: say('layout.pagesVisited'),
      part: (part, parts) => say('layout.part', { part, parts }),
      continued: say('layout.continued'),
      colon: say('layout.colon'),
    },
  };
}

function roleOf({ speaker }: Message, who: string, say: Say): string | null {
  if (speaker !== 'agent' && speaker !== 'bot') return null;
  const role = say(`speaker.${speaker}`);
  return who === role ? null : role;
}

const warning = ({ part, vendor, field, value }: RefusedValue, say: Say): Fact => ({
  label: say('fact.warning'),
  value: say(`refused.${part}`, { vendor, field, value }),
});

export const headlineOf = (conversation: Conversation, language: Language): string =>
  headlineIn(conversation, wordsIn(language));

function headlineIn({ outcome, visitor }: Conversation, say: Say): string {
  const name = visitor.name ?? visitor.email;
  return name === null ? say(`anonymousHeadline.${outcome}`) : say(`headline.${outcome}`, { name: shorten(name) });
}

/** The source often omits a name, so one known from elsewhere in the chat is used. */
function speakerNames(conversation: Conversation, say: Say): (message: Message) => string {
  const agents = new Map<string, string>();
  for (const { agentId, name } of conversation.messages) {
    if (agentId !== null && name !== null && !agents.has(agentId)) agents.set(agentId, name);
  }
  const agentName = ({ name, agentId }: Message) => name ?? (agentId === null ? undefined : agents.get(agentId));
  const visitor = conversation.visitor.name ?? say('speaker.visitor');
  return (message) => {
    const { speaker, name, text } = message;
    switch (speaker) {
      case 'visitor':
        return shorten(name ?? visitor);
      case 'agent':
        return shorten(agentName(message) ?? say('speaker.agent'));
      case 'bot':
        return shorten(name ?? say('speaker.bot'));
      case 'trigger':
        return name === null ? say('speaker.automatic') : say('speaker.trigger', { name: shorten(name) });
      case 'system':
        return shorten(agentName(message) ?? (isOfVisitor(text) ? visitor : say('speaker.system')));
    }
  };
}

const isOfVisitor = (code: string) => code.startsWith('close.visitor');

/** A system message's code in words. Only two codes are documented; others are shown as they came. */
function eventInWords(code: string, name: string, say: Say): string {
  switch (code) {
    case 'agent.join':
      return say('event.agentJoined', { name });
    case 'close.visitorClose':
      return say('event.visitorClosed', { name });
    default:
      return `${name}${say('layout.colon')}${code}`;
  }
}

/** The words of a message, and a line with name and link for each of its files. */
const wordsAndFiles = ({ text, files }: Message, local: LocalTime, say: Say): string =>
  [text, ...files.map((file) => fileLine(file, local, say))].filter((part) => part !== '').join('\n');

function fileLine({ name, url, expiresAt }: SentFile, local: LocalTime, say: Say): string {
  const file = name === null || name === url ? url : `${name} – ${url}`;
  return expiresAt === null ? file : say('value.fileUntil', { file, time: local.dateAndTime(expiresAt) });
}

export const filesIn = ({ messages }: Pick<Conversation, 'messages'>): readonly SentFile[] =>
  messages.flatMap(({ files }) => files);
