import { personKeys } from '../../../lambda/conversation/match-keys.ts';
import { type Fingerprint, fingerprintOf, type Likeness, likenessOf } from '../../../lambda/conversation/same-chat.ts';
import { readConversation } from '../../../lambda/smartsupp/body.ts';
import { identityOf } from '../../fixtures/identity.ts';
import { hookOf, snapshotOf } from '../../fixtures/told-by-both.ts';
import { createRandom } from '../../support/random.ts';
import { atMost, published, type Row } from '../row.ts';
import { type Pair, toldTwice, twoAlike, type Who } from '../support/alike.ts';
import { unitsOfBothSources } from '../support/both-sources-units.ts';

const pairs = 10_000;
const seed = 'both sources';
const maxSkewMs = 2_000;
const kinds = ['an address', 'a full name', 'a first name', 'nothing'] as const satisfies readonly Who[];

/** Whether chats of two sources are told apart, and recognised; and what that costs in the table. */
export const bothSources: Row = {
  name: 'both sources',
  measure: async () => {
    const random = createRandom(seed);
    const alike = await countLikenesses((number) => twoAlike(random, number));
    const missed = async (who: Who, skewMs: number) => {
      const { same } = await countLikenesses((number) => toldTwice(random, number, { who, skewMs }));
      return (100 * (pairs - same)) / pairs;
    };
    const recognised = [];
    for (const who of kinds) {
      recognised.push({ who, inTime: await missed(who, 0), skewed: await missed(who, maxSkewMs) });
    }
    const { alone, hook, api } = await unitsOfBothSources();
    return {
      results: [
        atMost(0, 'both sources, two people who write alike, taken for one', alike.same, 'of 10,000'),
        ...recognised.map(({ who, inTime }) => {
          const row = `both sources, one chat of somebody with ${who}, not recognised`;
          return who === 'an address' ? atMost(0, row, inTime, '%') : published(row, inTime, '%');
        }),
        published('both sources, the first copy of a chat, written more', hook.writes - alone.writes, 'units'),
        published('both sources, the first copy of a chat, read more', hook.reads - alone.reads, 'units'),
        published("both sources, the other source's copy, written", api.writes, 'units'),
        published("both sources, the other source's copy, read", api.reads, 'units'),
      ],
      notes: [
        `If the clocks of the two sources are up to two seconds apart, not recognised: ${recognised
          .map(({ who, skewed }) => `with ${who} ${skewed.toFixed(0)} %`)
          .join(', ')}.`,
        `To save the other source's copy of a chat of 3 KB takes ${api.writes} units of writes, ${api.reads} of reads (${api.calls.join(', ')}).`,
      ],
    };
  },
};

async function countLikenesses(make: (number: number) => Pair): Promise<Readonly<Record<Likeness, number>>> {
  const counts = { same: 0, maybe: 0, another: 0 };
  for (let number = 0; number < pairs; number += 1) {
    const { hook, api } = make(number);
    counts[likenessOf(await fingerprintIn(hookOf(hook)), await fingerprintIn(snapshotOf(api)))] += 1;
  }
  return counts;
}

async function fingerprintIn(body: string): Promise<Fingerprint> {
  const conversation = readConversation(body);
  const fingerprint = conversation && fingerprintOf(conversation, personKeys(await identityOf(conversation), null));
  if (fingerprint === undefined) throw new Error('The bench has a chat that nothing recognises.');
  return fingerprint;
}
