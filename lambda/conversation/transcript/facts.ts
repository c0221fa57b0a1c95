import { attributionOf } from '../attribution.ts';
import { shorten } from '../clean-text.ts';
import { countryName, type Language, type LocalTime, languageName } from '../locale.ts';
import type { Conversation, Instant } from '../model.ts';
import type { Say } from './words.ts';

export type Fact = { readonly label: string; readonly value: string };

type Row = readonly [label: string, value: string | null];

/** The facts a salesperson looks for first: how it ended, the rating, and how long the visitor waited. */
export function summaryOf(conversation: Conversation, say: Say): readonly Fact[] {
  const { rating, timing, outcome } = conversation;
  return knownFacts([
    [say('fact.outcome'), say(`outcome.${outcome}`)],
    [say('fact.rating'), rating && inStars(rating, say)],
    [say('fact.firstAnswer'), inWords(timing.firstResponse, say)],
    [say('fact.waited'), inWords(waitInVain(conversation), say)],
  ]);
}

/** Two lines: about the chat, then about the visitor. */
export function factsOf(
  conversation: Conversation,
  begin: Instant | null,
  { local, language, say }: { readonly local: LocalTime; readonly language: Language; readonly say: Say },
): readonly (readonly Fact[])[] {
  const { visitor, timing } = conversation;
  const { source, medium, campaign } = attributionOf(conversation);
  return [
    knownFacts([
      [say('fact.when'), begin && local.dateAndTime(begin)],
      [say('fact.lasted'), inWords(timing.duration, say)],
      [say('fact.referrer'), visitor.referrer],
      [say('fact.campaign'), [source, medium, campaign].filter((part) => part !== null).join(' / ') || null],
      [say('fact.channel'), channelName(conversation.channelType, say)],
      [say('fact.tags'), conversation.tags.map((tag) => shorten(tag)).join(', ') || null],
    ]),
    knownFacts([
      [say('fact.name'), visitor.name],
      [say('fact.email'), visitor.email],
      [say('fact.country'), countryName(visitor.countryCode, language) ?? visitor.country ?? visitor.countryCode],
      [say('fact.language'), foreignLanguage(visitor.language, language)],
      [say('fact.note'), visitor.note],
      // Smartsupp also says "no" for visitors who were never asked.
      [say('fact.consent'), visitor.consent === true ? say('value.agreed') : null],
      ...visitor.variables.map(({ label, value }): Row => [shorten(label), newsIn(value, conversation)]),
    ]),
  ].filter((line) => line.length > 0);
}

export const knownFacts = (rows: readonly Row[]): readonly Fact[] =>
  rows.flatMap(([label, value]) => (value === null ? [] : [{ label, value }]));

const channels: Readonly<Record<string, string>> = {
  facebook_messenger: 'Facebook Messenger',
  facebook: 'Facebook',
  instagram: 'Instagram',
  whatsapp: 'WhatsApp',
  telegram: 'Telegram',
  viber: 'Viber',
};

/** Null for the shop's website, where nearly everybody writes. */
function channelName(type: string | null, say: Say): string | null {
  if (type === null || type === 'default' || type === 'web') return null;
  if (type === 'email') return say('fact.email');
  return Object.hasOwn(channels, type) ? (channels[type] ?? null) : shorten(type.replaceAll('_', ' '));
}

/** Null if it is the reader's own. */
function foreignLanguage(code: string | null, reader: Language): string | null {
  const [primary = ''] = code?.toLowerCase().split(/[-_]/) ?? [];
  if (!/^[a-z]{2,3}$/.test(primary) || primary === reader) return null;
  return languageName(primary, reader) ?? null;
}

/** Shops' plugins repeat name and address in variables, and send `-` for a customer without an address. */
function newsIn(value: string | number | boolean, { visitor: { name, email } }: Conversation): string | null {
  const text = String(value).trim();
  return text === name || text === email || !/[\p{L}\p{N}]/u.test(text) ? null : text;
}

/** How long an unanswered visitor waited, in seconds. */
function waitInVain({ outcome, endedAt, messages }: Conversation): number | null {
  const asked = messages.find(({ speaker }) => speaker === 'visitor')?.sentAt;
  if (outcome !== 'missed' || endedAt === null || !asked || messages.some(({ speaker }) => speaker === 'agent')) {
    return null;
  }
  return Math.max(0, (Date.parse(endedAt) - Date.parse(asked)) / 1000);
}

function inStars({ score, comment }: NonNullable<Conversation['rating']>, say: Say): string {
  const ofFive = say('value.rating', { score });
  return comment === null ? ofFive : `${ofFive}${say('layout.colon')}${comment}`;
}

/** 36 → `36 s`, 3,700 → `1 h 1 min 40 s`; null for less than half a second. */
function inWords(seconds: number | null, say: Say): string | null {
  if (seconds === null) return null;
  const whole = Math.round(seconds);
  const parts = [
    ['value.hours', Math.floor(whole / 3600)],
    ['value.minutes', Math.floor((whole % 3600) / 60)],
    ['value.seconds', whole % 60],
  ] as const;
  const written = parts.filter(([, amount]) => amount > 0).map(([key, amount]) => say(key, { amount }));
  return written.join(' ') || null;
}
