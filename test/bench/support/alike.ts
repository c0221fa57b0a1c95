import type { Talk } from '../../fixtures/told-by-both.ts';

/** Pairs of chats to tell apart, and chats of which both sources tell: the same for the same seed. */
export type Pair = { readonly hook: Talk; readonly api: Talk };

const firstNames =
  'Jan Petr Jiří Pavel Martin Tomáš Eva Jana Marie Hana Anna Lenka Kateřina Lucie Věra Adam Filip Ondřej Zuzana Petra Anna Peter Laura Max Sofia Marek Katarína Luca Giulia Léa'.split(
    ' ',
  );
const lastNames =
  'Novák Svoboda Novotný Dvořák Černý Procházka Kučera Veselý Horák Němec Pokorný Marek Pospíšil Hájek Jelínek Král Růžička Beneš Fiala Sedláček Müller Schmidt Rossi Kovács Kowalski García Martin Horváth Tóth Nagy'.split(
    ' ',
  );
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
];
const more = ['Thanks', 'ok', 'Can you check, please?', 'My order is 4711', 'Děkuji', 'When?'];

/** Mulberry32: numbers from 0 to 1. */
export function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

export type Who = 'an address' | 'a full name' | 'a first name' | 'nothing';

/** Two people who begin with the same words, within the same minute. */
export function twoAlike(random: () => number, number: number): Pair {
  const opening = pick(random, openings);
  const minute = minuteOf(number);
  return {
    hook: talkOf(random, { number: 2 * number, minute, opening, who: anybody(random) }),
    api: talkOf(random, { number: 2 * number + 1, minute, opening, who: anybody(random) }),
  };
}

/** One chat by both sources, whose clocks are up to so much apart. */
export function toldTwice(
  random: () => number,
  number: number,
  { who, skewMs }: { readonly who: Who; readonly skewMs: number },
): Pair {
  const talk = talkOf(random, { number, minute: minuteOf(number), opening: pick(random, openings), who });
  return { hook: talk, api: { ...talk, skewMs: Math.round((2 * random() - 1) * skewMs) } };
}

const minuteOf = (number: number) => Date.UTC(2026, 4, 4) + number * 60_000;

function anybody(random: () => number): Who {
  const at = random();
  return at < 0.4 ? 'an address' : at < 0.7 ? 'a full name' : at < 0.85 ? 'a first name' : 'nothing';
}

type Given = { readonly number: number; readonly minute: number; readonly opening: string; readonly who: Who };

function talkOf(random: () => number, { number, minute, opening, who }: Given): Talk {
  const isWhole = random() < 0.5;
  const at = (ms: number) => (isWhole ? Math.floor(ms / 1000) * 1000 : Math.floor(ms));
  const first = pick(random, firstNames);
  const full = `${first} ${pick(random, lastNames)}`;
  const wroteAfter = at(1_000 + random() * 29_000);
  return {
    number,
    name: who === 'nothing' ? null : who === 'a first name' ? first : full,
    email: who === 'an address' ? `person${number}@example.com` : null,
    startedAt: at(minute + random() * 60_000),
    lines: [
      { by: 'visitor', text: opening, after: wroteAfter },
      ...(random() < 0.5
        ? [{ by: 'visitor', text: pick(random, more), after: wroteAfter + at(20_000 * random()) } as const]
        : []),
      { by: 'agent', text: 'How can I help?', after: wroteAfter + at(5_000 + random() * 60_000) },
    ],
  };
}

const pick = (random: () => number, choices: readonly string[]) => choices[Math.floor(random() * choices.length)] ?? '';
