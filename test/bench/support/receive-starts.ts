import { functionEnvironment } from '../../../local/lambda/instance.ts';
import { openBenchStack } from './bench-stack.ts';
import { bodyOf, bodyOfBytes, type Size } from './chats.ts';
import { coldStarts } from './cold-start.ts';
import { hookEvent } from './hook-event.ts';
import { createPrograms } from './programs.ts';
import { once } from './run.ts';

const rounds = 21;
/** Of a warm one: the first are until all of it is compiled. */
export const hooks = { warmUp: 100, measured: 50 };
const empty = 'exports.handler = async () => ({ statusCode: 200 });';
/** What API Gateway hands over of a body of the most that Lambda takes. */
const maxBodyBytes = 5_500_000;

/** Receive's cold starts and an empty function's, in turn; one of each size that stays warm; one with the largest hook. */
export const receiveStarts = once(async () => {
  const stack = await openBenchStack();
  const programs = await createPrograms();
  try {
    const instance = 'bench';
    const env = functionEnvironment(stack.receive, stack.endpoints, instance);
    const codeDirectory = await programs.directoryOf('empty', empty);
    const emptyEnv = functionEnvironment({ ...stack.receive, codeDirectory }, stack.endpoints, instance);
    let number = 0;
    const next = (size: Size) => {
      number += 1;
      return hookEvent(bodyOf(size, { number }), stack.hookKey, number);
    };
    const common = { bootstrap: programs.bootstrap, events: async () => [next('3 KB'), next('3 KB')], check };
    const starts = await coldStarts(
      [
        { name: 'empty', env: emptyEnv, ...common },
        { name: 'receive', env, ...common },
      ],
      rounds,
    );
    const once = { ...common, env };
    const manyOf = async (size: Size) => Array.from({ length: hooks.warmUp + hooks.measured }, () => next(size));
    const largest = hookEvent(bodyOfBytes(maxBodyBytes), stack.hookKey);
    const others = await coldStarts(
      [
        { ...once, name: '3 KB', events: () => manyOf('3 KB') },
        { ...once, name: '60 KB', events: () => manyOf('60 KB') },
        { ...once, name: 'largest', events: async () => [largest] },
      ],
      1,
      { warmUp: false },
    );
    return {
      empty: starts.get('empty') ?? [],
      receive: starts.get('receive') ?? [],
      warm: { '3 KB': others.get('3 KB') ?? [], '60 KB': others.get('60 KB') ?? [] },
      maxMegabytes: others.get('largest')?.[0]?.peakMegabytes ?? Number.NaN,
      memoryMegabytes: stack.receive.memoryMegabytes,
    };
  } finally {
    await programs.close();
    await stack.close();
  }
});

function check(payload: string): void {
  if (JSON.parse(payload).statusCode !== 200) throw new Error(`A hook was answered ${payload}`);
}
