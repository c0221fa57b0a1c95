import { setTimeout as sleep } from 'node:timers/promises';
import { atMost, published, type Row } from '../row.ts';
import { bodyOf } from '../support/chats.ts';
import { hubspot } from '../support/hubspot.ts';
import { post, postAll } from '../support/load.ts';
import { startServerChild } from '../support/server-child.ts';
import { percentile } from '../support/statistics.ts';
import { startForwarderToHubspot } from '../support/subjects.ts';

const crmDelayMs = 20;
const ways = [
  { name: 'the default window', settings: {}, chats: 40, goal: 1_200 },
  { name: 'no window', settings: { batchingWindowSeconds: 0 }, chats: 100, goal: 100 },
] as const;
/** Before those that are measured, many at a time, until all of it is compiled. */
const warmUp = { waves: 20, chats: 50 };

/** Until what is left to do of the chat before is done, once its note is written. */
const settleMs = 200;

/** One chat after the other, each from its POST until HubSpot has answered its note: of a new visitor, that is three calls. */
export const loneChat: Row = {
  name: 'a lone chat',
  measure: async () => {
    const results = [];
    for (const { name, settings, chats, goal } of ways) {
      const times = await timesOf(settings, chats);
      results.push(
        atMost(goal, `a lone chat, ${name}, p50`, percentile(times, 0.5), 'ms'),
        published(`a lone chat, ${name}, p99`, percentile(times, 0.99), 'ms'),
      );
    }
    const exchange = await bareExchanges();
    return {
      results: [
        ...results,
        published('one bare HTTP exchange after the same silence, p50', percentile(exchange, 0.5), 'ms'),
        published('one bare HTTP exchange after the same silence, p99', percentile(exchange, 0.99), 'ms'),
      ],
      notes: [
        `Of a lone chat, ${3 * crmDelayMs} ms are the CRM's. The rest are seven HTTP exchanges one after the other (the hook, the queue, ` +
          'two with the table, three with the CRM), between processes that have been idle: such an exchange with a server ' +
          `that does nothing takes ${percentile(exchange, 0.5).toFixed(1)} ms here.`,
      ],
    };
  },
};

/** What any two processes here take for a question and its answer, however little they do. */
async function bareExchanges(): Promise<readonly number[]> {
  const server = await startServerChild('children/fake-crm.ts', []);
  try {
    const times: number[] = [];
    for (let chat = 0; chat < 100; chat += 1) {
      await sleep(settleMs);
      const begin = performance.now();
      await post(server.url, bodyOf('3 KB', { number: chat }));
      times.push(performance.now() - begin);
    }
    return times;
  } finally {
    await server.stop();
  }
}

async function timesOf(settings: { readonly batchingWindowSeconds?: number }, chats: number) {
  const crm = await hubspot();
  await crm.begin(crmDelayMs);
  const stack = await startForwarderToHubspot(crm, settings);
  let number = 0;
  const next = () => {
    number += 1;
    return bodyOf('3 KB', { number });
  };
  try {
    for (let wave = 0; wave < warmUp.waves; wave += 1) {
      await postAll(stack.hookUrl, Array.from({ length: warmUp.chats }, next), warmUp.chats);
      await crm.until(number);
    }
    const times: number[] = [];
    for (let chat = 0; chat < chats; chat += 1) {
      const body = next();
      await sleep(settleMs);
      const begin = Date.now();
      await post(stack.hookUrl, body);
      const { lastNoteAt } = await crm.until(number);
      times.push(lastNoteAt - begin);
    }
    return times;
  } finally {
    await stack.stop();
  }
}
