import { aHookBody } from '../../fixtures/hook-body.ts';
import type { Random } from './random.ts';

/** A chat as it is sent, once or in several copies as it goes on. */
export type Chat = {
  /** The conversation's id, which begins with the scenario's name. */
  readonly id: string;
  readonly scenario: string;
  /** As the newest copy has it. */
  readonly email: string | null;
  readonly copies: readonly Copy[];
};

export type Copy = {
  readonly body: string;
  /** What must be read in the CRM, in this order, and nothing else that looks like it. */
  readonly marks: readonly string[];
};

export type Kind = {
  readonly email?: string | null;
  /** How many times it is sent anew because it went on or was rated. */
  readonly updates?: number;
  /** Of the first copy. */
  readonly messages?: number;
  /** Said with each message, beside its mark. */
  readonly words?: string;
  /** Of a copy, where it is not the usual one with `email`. */
  readonly visitor?: (copy: number) => unknown;
};

export type MakeChat = (kind?: Kind) => Chat;

/** Every mark in a text, in order. They stand for what a visitor types, and no log may hold one. */
export const marksIn = (text: string): readonly string[] => text.match(/(?:said|rated)-[a-z]+-\d+-\d+-/g) ?? [];

/** The scenario in an address that `chatMaker` gave. */
export const scenarioOf = (address: string): string | undefined => /@([a-z]+)\.example$/.exec(address)?.[1];

/** Makes a scenario's chats, each with a visitor of its own unless told otherwise. */
export function chatMaker(scenario: string): MakeChat {
  let made = 0;
  return ({ email, updates = 0, messages = 2, words = '', visitor } = {}) => {
    made += 1;
    const number = made;
    const address = email === undefined ? `visitor-${number}@${scenario}.example` : email;
    const copies = Array.from({ length: updates + 1 }, (_, revision) => {
      // An odd update is only a rating, an even one goes on.
      const said = messages + 2 * Math.floor(revision / 2);
      const rating = revision === 0 ? [] : [`rated-${scenario}-${number}-${revision}-`];
      const marks = Array.from({ length: said }, (_, index) => `said-${scenario}-${number}-${index}-`);
      const body = aHookBody({
        accountId: scenario,
        channel: { id: number, isChat: true, isCompleted: true, rating: rating.length * 5, ratingDesc: rating[0] },
        endAt: Date.UTC(2026, 4, 4, 9) + revision * 60_000,
        visitor: visitor === undefined ? { name: `Visitor of ${scenario}`, email: address } : visitor(revision),
        messages: marks.map((mark, index) => message(`${mark} ${words}`, index)),
      });
      return { body: JSON.stringify(body), marks: [...rating, ...marks] };
    });
    return { id: `${scenario}:${number}`, scenario, email: address, copies };
  };
}

function message(content: string, index: number) {
  const sentAt = Date.UTC(2026, 4, 4, 8) + index * 1000;
  return index % 2 === 0
    ? { type: 'visitor', from: 'visitor:a1b2c3', content, sentAt }
    : { type: 'agent', from: 'agent:3', name: 'Karel', content, sentAt };
}

/** A long transcript takes this many characters beside the mark in each message: three notes of HubSpot's. */
const longWords = 'Long words. '.repeat(170);
const long: Kind = { messages: 80, words: longWords };

/**
 * Visitors with what they have said: most have one chat, some several that end at the same moment, some a long one,
 * some one that goes on or is rated afterwards.
 */
export function mixedChats(scenario: string, count: number, random: Random): readonly (readonly Chat[])[] {
  const make = chatMaker(scenario);
  const visitors: Chat[][] = [];
  for (let left = count; left > 0; left -= visitors.at(-1)?.length ?? left) {
    const kind = random.pick(['plain', 'plain', 'plain', 'plain', 'plain', 'plain', 'several', 'updated', 'updated']);
    const email = `visitor-${left}@${scenario}.example`;
    if (kind === 'several') visitors.push(Array.from({ length: Math.min(3, left) }, () => make({ email })));
    else if (kind === 'updated') visitors.push([make({ email, updates: random.pick([1, 2, 3]) })]);
    else visitors.push([make({ email, ...(random.chance(0.05) && long) })]);
  }
  return visitors;
}
