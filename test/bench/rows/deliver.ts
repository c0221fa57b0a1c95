import { functionEnvironment } from '../../../local/lambda/environment.ts';
import { atMost, published, type Row } from '../row.ts';
import { openBenchStack } from '../support/bench-stack.ts';
import { bodyOf } from '../support/chats.ts';
import { coldStarts, firstCpu, total } from '../support/cold-start.ts';
import { assertAllDelivered, eventOf } from '../support/deliveries.ts';
import { fetchInsteadOfNodeHttp } from '../support/fetch-variant.ts';
import { startHubspot } from '../support/hubspot.ts';
import { once } from '../support/once.ts';
import { createPrograms } from '../support/programs.ts';
import { median, ratio } from '../support/statistics.ts';

const rounds = 15;
/** A first event with one chat, some more until all of it is compiled, and those that are measured. */
const events = { warmUp: 12, measured: 10 };
const chatsInBatch = 10;
const crmDelayMs = 20;
const empty = 'exports.handler = async () => ({ batchItemFailures: [] });';

/** Deliver's processes: the deployed bundle, the same with `fetch` for the CRM's client, and an empty function. */
const measureDeliver = once(async () => {
  const hubspot = await startHubspot(crmDelayMs);
  const stack = await openBenchStack(hubspot);
  const programs = await createPrograms();
  try {
    let number = 0;
    const next = (chats: number) =>
      eventOf(
        stack,
        Array.from({ length: chats }, () => {
          number += 1;
          return bodyOf('3 KB', { number });
        }),
      );
    const subject = (name: string, codeDirectory: string) => ({
      name,
      bootstrap: programs.bootstrap,
      env: functionEnvironment({ ...stack.deliver, codeDirectory }, stack.endpoints, { id: 'bench', runtimeApi: '' }),
      check: assertAllDelivered,
      events: async () => [await next(1)],
    });
    const deployed = subject('deliver', stack.deliver.codeDirectory);
    const withFetch = subject(
      'fetch',
      await programs.variant('fetch', 'lambda/deliver.ts', stack.deliver.codeDirectory, [fetchInsteadOfNodeHttp]),
    );
    const bare = subject('empty', await programs.directoryOf('empty', empty));
    const starts = await coldStarts([bare, deployed, withFetch], rounds);

    const warmEvents = async () => {
      const all: string[] = [];
      while (all.length < events.warmUp + events.measured) all.push(await next(chatsInBatch));
      return all;
    };
    const warm = await coldStarts(
      [
        { ...deployed, events: warmEvents },
        { ...withFetch, events: warmEvents },
      ],
      3,
    );
    return { starts, warm };
  } finally {
    await programs.close();
    await stack.close();
    await hubspot.stop();
  }
});

export const coldStartDeliver: Row = {
  name: 'cold start of deliver',
  measure: async () => {
    const { starts } = await measureDeliver();
    const [ofEmpty = [], ofDeliver = [], ofFetch = []] = ['empty', 'deliver', 'fetch'].map((name) => starts.get(name));
    return {
      results: [
        atMost(
          3,
          'cold start of deliver, its first chat included',
          ratio(ofDeliver.map(total), ofEmpty.map(total)),
          '× empty',
        ),
        atMost(
          0.5,
          'cold start of deliver, CPU of the first invoke',
          ratio(ofDeliver.map(firstCpu), ofFetch.map(firstCpu)),
          '× with fetch',
        ),
        published('cold start of deliver, until it asks for work', median(ofDeliver.map(({ init }) => init)), 'ms'),
        published('cold start of deliver, CPU of the first invoke', median(ofDeliver.map(firstCpu)), 'ms'),
      ],
    };
  },
};

export const cpuOfDeliver: Row = {
  name: 'cpu a chat in deliver',
  measure: async () => {
    const cpu = await deliverCpu();
    return {
      results: [
        atMost(1.6, 'CPU a chat in deliver, 10 a batch', median(cpu.deployed), 'ms'),
        published('CPU a chat in deliver, with fetch', median(cpu.withFetch), 'ms'),
      ],
    };
  },
};

/** Milliseconds of CPU a chat in batches of ten, once it is warm. */
async function deliverCpu() {
  const { warm } = await measureDeliver();
  const perChat = (name: string) =>
    (warm.get(name) ?? []).flatMap(({ invokes }) => invokes.slice(events.warmUp).map(({ cpu }) => cpu / chatsInBatch));
  return { deployed: perChat('deliver'), withFetch: perChat('fetch') };
}
