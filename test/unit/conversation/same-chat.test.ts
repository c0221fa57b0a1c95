import { describe, expect, test } from '@jest/globals';
import { personKeys } from '../../../lambda/conversation/match-keys.ts';
import { type Fingerprint, fingerprintOf, likenessOf } from '../../../lambda/conversation/same-chat.ts';
import { readConversation } from '../../../lambda/smartsupp/body.ts';
import { toldTwice, twoAlike } from '../../bench/support/alike.ts';
import { identityOf } from '../../fixtures/identity.ts';
import { aTalk, hookOf, snapshotOf, type Talk } from '../../fixtures/told-by-both.ts';
import { createRandom } from '../../support/random.ts';

async function fingerprintIn(body: string): Promise<Fingerprint> {
  const conversation = readConversation(body);
  const fingerprint = conversation && fingerprintOf(conversation, personKeys(await identityOf(conversation), null));
  if (fingerprint === undefined) throw new Error('Nothing recognises the chat.');
  return fingerprint;
}

/** What the hook's chat and the API's are to each other, whichever is looked at first. */
async function likeness(hook: Talk, api: Talk) {
  const [one, other] = [await fingerprintIn(hookOf(hook)), await fingerprintIn(snapshotOf(api))];
  expect(likenessOf(other, one)).toBe(likenessOf(one, other));
  return likenessOf(one, other);
}

const wholeSecond = Date.UTC(2026, 4, 4, 8, 15);
const said = (...texts: readonly string[]): Talk['lines'] =>
  texts.map((text, at) => ({ by: 'visitor' as const, text, after: 4_000 + 9_000 * at }));
const question = said('Where is my parcel? It should be here by now.');

describe('a chat by both sources is', () => {
  test.each<[what: string, is: 'same' | 'maybe' | 'another', hook: Partial<Talk>, api: Partial<Talk>]>([
    ['the same with an address, though the clocks are seconds apart', 'same', {}, { skewMs: 6_000 }],
    ['the same with an address, though it is a greeting', 'same', { lines: said('Hello') }, { lines: said('hello !') }],
    ['the same though an agent has corrected the name', 'same', { name: 'Eva' }, {}],
    ['another if it began much later', 'another', {}, { skewMs: 20_000 }],
    ['another with other first words', 'another', { lines: said('Hello') }, { lines: said('Good evening') }],
    ['another with another address', 'another', {}, { email: 'adam@example.com' }],
    ['another with another name', 'another', { email: null }, { email: null, name: 'Adam Malý' }],
    ['the same by a full name at the same moment', 'same', { email: null, lines: said('Hello') }, {}],
    [
      'the same by a full name and distinctive words at once',
      'same',
      { email: null, lines: question },
      { skewMs: 2_000 },
    ],
    [
      'not certain by a full name, seconds apart, if only one has an address',
      'maybe',
      { lines: question },
      { email: null, skewMs: 900 },
    ],
    [
      'not certain by a full name, seconds apart, and a greeting',
      'maybe',
      { email: null, lines: said('Hello') },
      { skewMs: 900 },
    ],
    [
      'not certain by a full name and distinctive words, five seconds apart',
      'maybe',
      { email: null },
      { skewMs: 5_000 },
    ],
    ['not certain by a first name, seconds apart', 'maybe', { email: null, name: 'Eva' }, { name: 'Eva', skewMs: 900 }],
    ['the same by a first name at the same millisecond', 'same', { email: null, name: 'Eva' }, { name: 'Eva' }],
    [
      'not certain by a first name in the same second',
      'maybe',
      { email: null, name: 'Eva', startedAt: wholeSecond },
      { name: 'Eva' },
    ],
    [
      'not certain if nobody says who, and it is a greeting',
      'maybe',
      { email: null, name: null, lines: said('Hello') },
      {},
    ],
    [
      'the same if nobody says who, with distinctive words at the same millisecond',
      'same',
      { email: null, name: null, lines: question },
      {},
    ],
    [
      'not certain by a name if what follows differs',
      'maybe',
      { email: null, lines: [...question, ...said('Thanks')] },
      { lines: [...question, ...said('Bye')], skewMs: 900 },
    ],
  ])('%s', async (_what, is, hook, api) => {
    const talk = aTalk(hook);
    expect(await likeness(talk, { ...talk, ...api })).toBe(is);
  });
});

test('a fingerprint has no word, name or address in it', async () => {
  const text = JSON.stringify(await fingerprintIn(hookOf(aTalk()))).toLowerCase();
  for (const secret of ['eva', 'hor', 'example.com', 'blue', 'size']) expect(text).not.toContain(secret);
});

describe('of generated chats', () => {
  const count = 2_000;
  test('no two of people who write alike are taken for one', async () => {
    const random = createRandom(process.env['ALIKE_SEED'] ?? '1');
    for (let number = 0; number < count; number += 1) {
      const { hook, api } = twoAlike(random, number);
      if ((await likeness(hook, api)) === 'same') expect({ hook, api }).toBeUndefined();
    }
  });

  test('every one whose visitor left an address is recognised', async () => {
    const random = createRandom(process.env['ALIKE_SEED'] ?? '1');
    for (let number = 0; number < count; number += 1) {
      const { hook, api } = toldTwice(random, number, { who: 'an address', skewMs: 5_000 });
      if ((await likeness(hook, api)) !== 'same') expect({ hook, api }).toBeUndefined();
    }
  });
});
