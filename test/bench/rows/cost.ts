import { zstdCompressSync } from 'node:zlib';
import { atMost, published, type Row } from '../row.ts';
import { bodyOf, type Size } from '../support/chats.ts';
import { bill, dollars, priceList, type Usage } from '../support/prices.ts';
import { measuredUsage } from '../support/usage.ts';

const sizes = ['3 KB', '60 KB'] as const;
const goals = { '3 KB': 7, '60 KB': 20 } as const;

/** Dollars for a million chats, from measured bytes, requests, milliseconds and units. */
export const cost: Row = {
  name: 'cost',
  measure: async () => {
    const usages = [];
    for (const size of sizes) usages.push({ size, ours: await measuredUsage(size) });
    const alone = await measuredUsage('3 KB', 'alone');
    const { region, date } = priceList;
    return {
      results: [
        ...usages.flatMap(({ size, ours }) => [
          atMost(goals[size], `cost of a million chats of ${size}`, dollars(ours), '$'),
          published(`a naive build, a million chats of ${size}`, dollars(naive(size, ours)), '$'),
          published(`the least that a million chats of ${size} can cost`, dollars(floor(size)), '$'),
        ]),
        published('a million chats of 3 KB, each alone', dollars(alone), '$'),
      ],
      notes: [
        ...usages.map(({ size, ours }) => `A million chats of ${size}, in batches of ten: ${inWords(bill(ours))}.`),
        `A million chats of 3 KB that come one at a time, as in most shops: ${inWords(bill(alone))}.`,
        `A naive build keeps the body as it is, in an item that the index holds too, hands over one message at a time, and ` +
          `logs every event: ${usages.map(({ size, ours }) => `${inWords(bill(naive(size, ours)))} (${size})`).join('; ')}.`,
        `Prices of ${region} on ${date}, without the free tier, the storage, and what costs the same without a chat.`,
      ],
    };
  },
};

const kilobytesOf = (size: Size) => Buffer.byteLength(bodyOf(size)) / 1024;

/**
 * What one would build first: the body as it is in one item that the index holds too, and one for what became of it; a
 * message an invocation; and every event in the log.
 */
function naive(size: Size, ours: Usage): Usage {
  const kilobytes = kilobytesOf(size);
  const item = Math.ceil(kilobytes + 0.5);
  return {
    ...ours,
    queueRequests: 3 * Math.max(1, Math.ceil(kilobytes / 64)),
    invocations: 2,
    gigabyteSeconds: 2 * ours.gigabyteSeconds,
    writeUnits: 2 * item + 2,
    readUnits: 1,
    logKilobytes: ours.logKilobytes + kilobytes,
  };
}

/**
 * What cannot be left out while the chat is kept and nothing is lost: one request at the front door, one message sent,
 * received and deleted by tens, one write of the compressed chat, one of what became of it.
 */
function floor(size: Size): Usage {
  return {
    hooks: 1,
    hookKilobytes: kilobytesOf(size),
    queueRequests: 1.2,
    invocations: 1.1,
    gigabyteSeconds: 0.002,
    writeUnits: Math.ceil(compressedKilobytes(size)) + 1,
    readUnits: 0,
    logKilobytes: 0.3,
    kilobytesOut: kilobytesOf(size) + 1,
  };
}

const compressedKilobytes = (size: Size) => zstdCompressSync(bodyOf(size)).length / 1024;

const inWords = (parts: Readonly<Record<string, number>>) =>
  Object.entries(parts)
    .map(([part, amount]) => `${part} $${amount.toFixed(2)}`)
    .join(', ');
