import { functionEnvironment } from '../../../local/lambda/instance.ts';
import { openBenchStack } from './bench-stack.ts';
import { bodyOf, type Size } from './chats.ts';
import { coldStarts } from './cold-start.ts';
import { assertAllDelivered, eventOf } from './deliveries.ts';
import { fetchInsteadOfNodeHttp } from './fetch-variant.ts';
import { hubspot } from './hubspot.ts';
import { createPrograms } from './programs.ts';
import { once } from './run.ts';

const rounds = { cold: 11, warm: 5 };
/** The first are until all of it is compiled: of small chats it takes some 140 until a batch costs what the two hundredth does. */
export const events = { '3 KB': { warmUp: 140, measured: 20 }, '60 KB': { warmUp: 30, measured: 10 } } as const;
export const chatsInBatch = 10;
const crmDelayMs = 20;
const empty = 'exports.handler = async () => ({ batchItemFailures: [] });';

/**
 * Deliver's processes, in turn: the deployed bundle, the same with `fetch` for the CRM's client, and an empty function.
 * `cold` are given one chat; `warm` batches of ten, of 3 KB and of 60 KB, and chats of 3 KB alone.
 */
export const deliverStarts = once(async () => {
  await (await hubspot()).begin(crmDelayMs);
  const stack = await openBenchStack();
  const programs = await createPrograms();
  try {
    let number = 0;
    const next = (chats: number, size: Size) => {
      const bodies = Array.from({ length: chats }, () => {
        number += 1;
        return bodyOf(size, { number });
      });
      return eventOf(stack, bodies);
    };
    const subject = (name: string, codeDirectory: string) => ({
      name,
      bootstrap: programs.bootstrap,
      env: functionEnvironment({ ...stack.deliver, codeDirectory }, stack.endpoints, 'bench'),
      check: assertAllDelivered,
      events: async () => [await next(1, '3 KB')],
    });
    const { codeDirectory, memoryMegabytes } = stack.deliver;
    const deployed = subject('deployed', codeDirectory);
    const withFetch = subject(
      'fetch',
      await programs.variant('fetch', 'lambda/deliver.ts', codeDirectory, [fetchInsteadOfNodeHttp]),
    );
    const bare = subject('empty', await programs.directoryOf('empty', empty));
    const cold = await coldStarts([bare, deployed, withFetch], rounds.cold);

    const batches = async (size: keyof typeof events, chats = chatsInBatch) => {
      const all: string[] = [];
      const { warmUp, measured } = events[size];
      while (all.length < warmUp + measured) all.push(await next(chats, size));
      return all;
    };
    const small = () => batches('3 KB');
    const warm = await coldStarts(
      [
        { ...deployed, events: small },
        { ...withFetch, events: small },
        { ...deployed, name: 'deployed, 60 KB', events: () => batches('60 KB') },
        { ...deployed, name: 'deployed, alone', events: () => batches('3 KB', 1) },
      ],
      rounds.warm,
      { warmUp: false },
    );
    return {
      empty: cold.get('empty') ?? [],
      deployed: cold.get('deployed') ?? [],
      withFetch: cold.get('fetch') ?? [],
      warm: {
        '3 KB': warm.get('deployed') ?? [],
        '60 KB': warm.get('deployed, 60 KB') ?? [],
        alone: warm.get('deployed, alone') ?? [],
        withFetch: warm.get('fetch') ?? [],
      },
      memoryMegabytes,
    };
  } finally {
    await programs.close();
    await stack.close();
  }
});
