import { attributionOf } from '../attribution.ts';
import type { Conversation, Instant } from '../model.ts';
import type { LocalTime } from './clock.ts';
import { shorten } from './speakers.ts';
import type { Say } from './words.ts';

export type Fact = { readonly label: string; readonly value: string };

export function factsOf(
  conversation: Conversation,
  begin: Instant | null,
  local: LocalTime,
  say: Say,
): readonly Fact[] {
  const { visitor, rating, timing, outcome } = conversation;
  const { source, medium, campaign } = attributionOf(conversation);
  const all: readonly (readonly [label: string, value: string | null])[] = [
    [say('fact.outcome'), say(`outcome.${outcome}`)],
    [say('fact.rating'), rating && inStars(rating, say)],
    [say('fact.when'), begin && local.dateAndTime(begin)],
    [say('fact.lasted'), inWords(timing.duration, say)],
    [say('fact.firstAnswer'), inWords(timing.firstResponse, say)],
    [say('fact.name'), visitor.name],
    [say('fact.email'), visitor.email],
    ...visitor.variables.map(({ label, value }) => [shorten(label), String(value)] as const),
    [say('fact.note'), visitor.note],
    [say('fact.country'), visitor.countryCode ?? visitor.country],
    [say('fact.referrer'), visitor.referrer],
    [say('fact.campaign'), [source, medium, campaign].filter((part) => part !== null).join(' / ') || null],
  ];
  return all.flatMap(([label, value]) => (value === null ? [] : [{ label, value }]));
}

function inStars({ score, comment }: NonNullable<Conversation['rating']>, say: Say): string {
  const ofFive = say('value.rating', { score });
  return comment === null ? ofFive : `${ofFive}${say('layout.colon')}${comment}`;
}

/** 36 → `36 s`, 3,700 → `1 h 1 min 40 s`. */
function inWords(seconds: number | null, say: Say): string | null {
  if (seconds === null) return null;
  const whole = Math.round(seconds);
  const parts = [
    ['value.hours', Math.floor(whole / 3600)],
    ['value.minutes', Math.floor((whole % 3600) / 60)],
    ['value.seconds', whole % 60],
  ] as const;
  const written = parts.filter(([, amount]) => amount > 0).map(([key, amount]) => say(key, { amount }));
  return written.join(' ') || say('value.seconds', { amount: 0 });
}
