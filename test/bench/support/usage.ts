import { seal } from '../../../lambda/queue/envelope.ts';
import { bodyOf } from './chats.ts';
import type { ColdStart } from './cold-start.ts';
import { chatsInBatch, deliverStarts, events } from './deliver-starts.ts';
import { billedMs, gigabyteSeconds, queueRequestsOf, type Usage } from './prices.ts';
import { hooks, receiveStarts } from './receive-starts.ts';
import { median } from './statistics.ts';
import { storeUnits } from './store-units.ts';

/** The front door's line about a request, in KB. Lambda's own lines are left out below WARN. */
const accessLogKilobytes = 0.35;

const never = () => Promise.reject(new Error('The bench sends nothing that the queue cannot carry.'));

/** A request's headers and its share of a connection, in KB, and how many calls a batch of new visitors takes. */
const callKilobytes = 1;
const callsInBatch = 3;
/** A contact's fields, and the answer to the hook, in KB. */
const contactKilobytes = 0.5;
const answerKilobytes = 0.4;

/** What one chat of a new visitor takes of what AWS counts, in batches of ten; or alone, as in a quiet shop. */
export async function measuredUsage(size: '3 KB' | '60 KB', together: 'tens' | 'alone' = 'tens'): Promise<Usage> {
  const { writes, reads } = (await storeUnits())[size].newVisitor;
  const receive = await receiveStarts();
  const deliver = await deliverStarts();
  const hook = measured(receive.warm[size], hooks, receive.memoryMegabytes);
  const starts = together === 'alone' ? deliver.warm.alone : deliver.warm[size];
  const batch = measured(starts, events[size], deliver.memoryMegabytes);
  const body = bodyOf(size);
  const messageKilobytes = Buffer.byteLength(await seal(body, new Date(), never)) / 1024;
  const chats = together === 'alone' ? 1 : chatsInBatch;
  const each = 1 / chats;
  return {
    hooks: 1,
    hookKilobytes: Buffer.byteLength(body) / 1024,
    // Sent alone; received, leased and deleted with others.
    queueRequests: queueRequestsOf(messageKilobytes) + (queueRequestsOf(chats * messageKilobytes) + 2) * each,
    invocations: 1 + each,
    gigabyteSeconds: hook.gigabyteSeconds + batch.gigabyteSeconds * each,
    writeUnits: writes,
    readUnits: reads,
    logKilobytes: hook.logKilobytes + accessLogKilobytes + batch.logKilobytes * each,
    // The note is about as long as the hook.
    kilobytesOut:
      Buffer.byteLength(body) / 1024 + contactKilobytes + answerKilobytes + callsInBatch * callKilobytes * each,
  };
}

/** An invocation of a function that is warm. */
function measured(starts: readonly ColdStart[], { warmUp }: { readonly warmUp: number }, megabytes: number) {
  const warm = starts.flatMap(({ invokes }) => invokes.slice(warmUp));
  const milliseconds = warm.map(({ cpu, wall }) => billedMs(cpu, Math.max(0, wall - cpu), megabytes));
  const logged = starts.map(({ loggedBytes, invokes }) => loggedBytes / invokes.length / 1024);
  return {
    gigabyteSeconds: gigabyteSeconds(Math.ceil(median(milliseconds)), megabytes),
    logKilobytes: median(logged),
  };
}
