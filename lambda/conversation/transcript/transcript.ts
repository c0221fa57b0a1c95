import type { Conversation, Message, Outcome } from '../model.ts';
import { clock, type LocalTime } from './clock.ts';
import { eventInWords } from './events.ts';
import { shorten, speakerNames } from './speakers.ts';

/** The chat as a salesperson reads it, before it is written in any format. All texts are still hostile: escape them. */
export type Transcript = {
  /** What happened, in one line: `Missed chat with Dusan Kmet`. */
  readonly headline: string;
  /** The rest of the header, most important first. */
  readonly facts: readonly Fact[];
  readonly pages: readonly { readonly url: string; readonly title: string | null }[];
  readonly lines: readonly Line[];
};

export type Fact = { readonly label: string; readonly value: string };

export type Line = {
  /** Local time of day in the configured timezone, `16:33:59`; the date too where it differs from the chat's first. */
  readonly time: string | null;
  readonly speaker: Message['speaker'];
  /** Who spoke, in words: a name, `Visitor`, `Automatic message (Test Trigger)`. Empty for a system line. */
  readonly who: string;
  /** For a system line a sentence: `John Doe joined`. */
  readonly text: string;
};

const headlines: Record<Outcome, string> = {
  answered: 'Chat with',
  missed: 'Missed chat with',
  offline: 'Offline message from',
  dropped: 'Dropped chat with',
  automatic: 'Automatic message to',
};

const outcomes: Record<Outcome, string> = {
  answered: 'Answered',
  missed: 'Missed: the visitor is waiting for an answer',
  offline: 'Offline message: nobody was there to answer',
  dropped: 'Dropped before it was finished',
  automatic: 'Only automatic messages were sent',
};

/** @param options.timezone IANA name, such as `Europe/Prague`. */
export function buildTranscript(conversation: Conversation, options: { readonly timezone: string }): Transcript {
  const local = clock(options.timezone);
  const { visitor, outcome } = conversation;
  const begin = conversation.startedAt ?? conversation.messages.find((message) => message.sentAt)?.sentAt ?? null;
  const names = speakerNames(conversation);
  return {
    headline: `${headlines[outcome]} ${visitor.name ?? visitor.email ?? 'an anonymous visitor'}`,
    facts: facts(conversation, local, begin),
    pages: conversation.pages,
    lines: conversation.messages.map((message) => ({
      time: message.sentAt === null ? null : local.timeOfDay(message.sentAt, begin),
      speaker: message.speaker,
      who: message.speaker === 'system' ? '' : names(message),
      text: message.speaker === 'system' ? eventInWords(message.text, names(message)) : message.text,
    })),
  };
}

function facts(conversation: Conversation, local: LocalTime, begin: string | null): readonly Fact[] {
  const { visitor, rating, timing, outcome } = conversation;
  const all: readonly (readonly [label: string, value: string | null])[] = [
    ['Outcome', outcomes[outcome]],
    ['Rating', rating && `${rating.score} of 5${rating.comment === null ? '' : `: ${rating.comment}`}`],
    ['When', begin && local.dateAndTime(begin)],
    ['Lasted', inWords(timing.duration)],
    ['First answer after', inWords(timing.firstResponse)],
    ['Name', visitor.name],
    ['E-mail', visitor.email],
    ...visitor.variables.map(({ label, value }) => [shorten(label), String(value)] as const),
    ['Note', visitor.note],
    ['Country', visitor.countryCode ?? visitor.country],
    ['Came from', visitor.referrer],
  ];
  return all.flatMap(([label, value]) => (value === null ? [] : [{ label, value }]));
}

/** 36 → `36 s`, 3,700 → `1 h 1 min 40 s`. */
function inWords(seconds: number | null): string | null {
  if (seconds === null) return null;
  const whole = Math.round(seconds);
  const parts = [
    [Math.floor(whole / 3600), 'h'],
    [Math.floor((whole % 3600) / 60), 'min'],
    [whole % 60, 's'],
  ] as const;
  return (
    parts
      .filter(([count]) => count > 0)
      .map(([count, unit]) => `${count} ${unit}`)
      .join(' ') || '0 s'
  );
}
