import { atMost, type Row } from '../row.ts';
import { bodyOf } from '../support/chats.ts';
import { startHubspot } from '../support/hubspot.ts';
import { post } from '../support/load.ts';
import { percentile } from '../support/statistics.ts';
import { startForwarderToHubspot } from '../support/subjects.ts';

const crmDelayMs = 20;
const ways = [
  { name: 'the default window', settings: {}, chats: 40, goal: 1_200 },
  { name: 'no window', settings: { batchingWindowSeconds: 0 }, chats: 150, goal: 80 },
] as const;

/** One chat after the other, each from its POST until HubSpot has answered its note: a contact and a note are two to three calls. */
export const loneChat: Row = {
  name: 'a lone chat',
  measure: async () => {
    const results = [];
    for (const { name, settings, chats, goal } of ways) {
      const times = await timesOf(settings, chats);
      results.push(
        atMost(goal, `a lone chat, ${name}, p50`, percentile(times, 0.5), 'ms'),
        atMost(goal, `a lone chat, ${name}, p99`, percentile(times, 0.99), 'ms'),
      );
    }
    return { results };
  },
};

async function timesOf(settings: { readonly batchingWindowSeconds?: number }, chats: number) {
  const hubspot = await startHubspot(crmDelayMs);
  const stack = await startForwarderToHubspot(hubspot, settings);
  try {
    const times: number[] = [];
    const warmUp = 20;
    for (let number = 1; number <= chats + warmUp; number += 1) {
      const begin = Date.now();
      await post(stack.hookUrl, bodyOf('3 KB', { number }));
      const { lastNoteAt } = await hubspot.until(number);
      if (number > warmUp) times.push(lastNoteAt - begin);
    }
    return times;
  } finally {
    await stack.stop();
    await hubspot.stop();
  }
}
