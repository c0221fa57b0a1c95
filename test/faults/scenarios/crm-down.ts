import { setTimeout as sleep } from 'node:timers/promises';
import { mixedChats } from '../support/chats.ts';
import { createRandom } from '../support/random.ts';
import { within } from '../support/sender.ts';
import type { Stage } from '../support/stage.ts';

/** How much longer HubSpot stays away where the other destination does not get its chats, in milliseconds. */
const patience = 40_000;

/**
 * HubSpot cannot be reached for a while, and chats keep coming. It is back once the other destination has them all.
 * @returns the chats that the other destination did not get in that time
 */
export async function crmDown(
  { lines, sender, receiver }: Stage,
  options: { readonly seconds: number; readonly chats: number },
): Promise<readonly string[]> {
  const random = createRandom('down');
  const visitors = mixedChats('down', options.chats, random);
  const period = options.seconds * 1000;
  const heldUp = () => {
    const arrived = new Set([...receiver.received.values()].map(({ data }) => data.id));
    return visitors.flat().flatMap(({ id }) => (arrived.has(id) ? [] : [id]));
  };

  await lines.hubspot.shut();
  const outage = sleep(period);
  await within(
    period,
    random,
    visitors.map((chats) => sender.asItComes(chats, random)),
  );
  await outage;
  for (const end = Date.now() + patience; heldUp().length > 0 && Date.now() < end; ) await sleep(100);
  const left = heldUp();
  await lines.hubspot.open();
  return left;
}
