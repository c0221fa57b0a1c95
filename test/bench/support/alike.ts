import type { Talk } from '../../fixtures/told-by-both.ts';
import type { Random } from '../../support/random.ts';

/** Pairs of chats to tell apart, and chats of which both sources tell: the same for the same seed. */
export type Pair = { readonly hook: Talk; readonly api: Talk };

const firstNames = [
  'Jan',
  'Petr',
  'Jiří',
  'Pavel',
  'Martin',
  'Tomáš',
  'Eva',
  'Jana',
  'Marie',
  'Hana',
  'Anna',
  'Lenka',
  'Kateřina',
  'Lucie',
  'Věra',
  'Adam',
  'Filip',
  'Ondřej',
  'Zuzana',
  'Petra',
  'Anna',
  'Peter',
  'Laura',
  'Max',
  'Sofia',
  'Marek',
  'Katarína',
  'Luca',
  'Giulia',
  'Léa',
] as const;
const lastNames = [
  'Novák',
  'Svoboda',
  'Novotný',
  'Dvořák',
  'Černý',
  'Procházka',
  'Kučera',
  'Veselý',
  'Horák',
  'Němec',
  'Pokorný',
  'Marek',
  'Pospíšil',
  'Hájek',
  'Jelínek',
  'Král',
  'Růžička',
  'Beneš',
  'Fiala',
  'Sedláček',
  'Müller',
  'Schmidt',
  'Rossi',
  'Kovács',
  'Kowalski',
  'García',
  'Martin',
  'Horváth',
  'Tóth',
  'Nagy',
] as const;
/** What people begin with. */
const openings = [
  'Hello',
  'hello!',
  'Hi',
  'Dobrý den',
  'Dobrý den,',
  'Guten Tag',
  'Is anybody there?',
  'Can you help me?',
  'Where is my order?',
  'Where is my parcel? It should be here by now.',
  'Do you ship to Slovakia?',
  'Dobrý den, kdy mi přijde objednávka?',
  'Hello, I would like to return my order.',
  'I have a question about delivery',
  'Do you have it in size L?',
] as const;
const more = ['Thanks', 'ok', 'Can you check, please?', 'My order is 4711', 'Děkuji', 'When?'] as const;

/** What the visitors leave: two of five an address. */
const everybody = ['an address', 'an address', 'a full name', 'a first name', 'nothing'] as const;

export type Who = (typeof everybody)[number];

/** Two people who begin with the same words, within the same minute. */
export function twoAlike(random: Random, number: number): Pair {
  const opening = random.pick(openings);
  const minute = minuteOf(number);
  return {
    hook: talkOf(random, { number: 2 * number, minute, opening, who: random.pick(everybody) }),
    api: talkOf(random, { number: 2 * number + 1, minute, opening, who: random.pick(everybody) }),
  };
}

/** One chat by both sources, whose clocks are up to so much apart. */
export function toldTwice(
  random: Random,
  number: number,
  { who, skewMs }: { readonly who: Who; readonly skewMs: number },
): Pair {
  const talk = talkOf(random, { number, minute: minuteOf(number), opening: random.pick(openings), who });
  return { hook: talk, api: { ...talk, skewMs: Math.round(random.between(-skewMs, skewMs)) } };
}

const minuteOf = (number: number) => Date.UTC(2026, 4, 4) + number * 60_000;

type Given = { readonly number: number; readonly minute: number; readonly opening: string; readonly who: Who };

function talkOf(random: Random, { number, minute, opening, who }: Given): Talk {
  const isWhole = random.chance(0.5);
  const at = (ms: number) => (isWhole ? Math.floor(ms / 1000) * 1000 : Math.floor(ms));
  const first = random.pick(firstNames);
  const full = `${first} ${random.pick(lastNames)}`;
  const wroteAfter = at(random.between(1_000, 30_000));
  return {
    number,
    name: who === 'nothing' ? null : who === 'a first name' ? first : full,
    email: who === 'an address' ? `person${number}@example.com` : null,
    startedAt: at(random.between(minute, minute + 60_000)),
    lines: [
      { by: 'visitor', text: opening, after: wroteAfter },
      ...(random.chance(0.5)
        ? [{ by: 'visitor', text: random.pick(more), after: wroteAfter + at(random.between(0, 20_000)) } as const]
        : []),
      { by: 'agent', text: 'How can I help?', after: wroteAfter + at(random.between(5_000, 65_000)) },
    ],
  };
}
