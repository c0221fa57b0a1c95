import { setTimeout as sleep } from 'node:timers/promises';
import { mixedChats } from '../support/chats.ts';
import { createRandom } from '../support/random.ts';
import { within } from '../support/sender.ts';
import type { Stage } from '../support/stage.ts';

/** How long a chat may take to a CRM that is well, on a machine that is busy. */
const swiftly = 10_000;

/**
 * HubSpot cannot be reached for a while, and chats keep coming.
 * @returns the chats that the other destination should have had by the end of that time, and had not
 */
export async function crmDown({ lines, sender, receiver }: Stage, options: { seconds: number; chats: number }) {
  const random = createRandom('down');
  const visitors = mixedChats('down', options.chats, random);
  const period = options.seconds * 1000;

  await lines.hubspot.shut();
  const outage = sleep(period);
  await within(
    period - swiftly / 2,
    random,
    visitors.map((chats) => sender.asItComes(chats, random)),
  );
  await outage;
  const arrived = new Set([...receiver.received.values()].map(({ data }) => data.id));
  const due = [...sender.sent.values()].filter(
    ({ chat, acknowledgedAt }) => chat.scenario === 'down' && acknowledgedAt < Date.now() - swiftly,
  );
  await lines.hubspot.open();
  return due.map(({ chat }) => chat.id).filter((id) => !arrived.has(id));
}
