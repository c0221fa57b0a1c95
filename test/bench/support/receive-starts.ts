import { functionEnvironment } from '../../../local/lambda/environment.ts';
import { openBenchStack } from './bench-stack.ts';
import { bodyOf, bodyOfBytes } from './chats.ts';
import { coldStarts } from './cold-start.ts';
import { hookEvent } from './hook-event.ts';
import { once } from './once.ts';
import { createPrograms } from './programs.ts';

const rounds = 21;
const empty = 'exports.handler = async () => ({ statusCode: 200 });';
/** What API Gateway hands over of a body of the most that Lambda takes. */
const largestBody = 5_500_000;

/** Receive's cold starts and an empty function's, in turn; and how much memory the largest hook takes. */
export const receiveStarts = once(async () => {
  const stack = await openBenchStack();
  const programs = await createPrograms();
  try {
    const instance = { id: 'bench', runtimeApi: '' };
    const env = functionEnvironment(stack.receive, stack.endpoints, instance);
    const codeDirectory = await programs.directoryOf('empty', empty);
    const emptyEnv = functionEnvironment({ ...stack.receive, codeDirectory }, stack.endpoints, instance);
    let number = 0;
    const event = () => {
      number += 1;
      return hookEvent(bodyOf('3 KB', { number }), stack.hookKey, number);
    };
    const common = { bootstrap: programs.bootstrap, events: async () => [event(), event()], check };
    const starts = await coldStarts(
      [
        { name: 'empty', env: emptyEnv, ...common },
        { name: 'receive', env, ...common },
      ],
      rounds,
    );
    const largest = hookEvent(bodyOfBytes(largestBody), stack.hookKey);
    const [full] = (await coldStarts([{ name: 'largest', env, ...common, events: async () => [largest] }], 1)).values();
    return {
      empty: starts.get('empty') ?? [],
      receive: starts.get('receive') ?? [],
      mostMegabytes: full?.[0]?.peakMegabytes ?? Number.NaN,
      megabytes: stack.receive.memoryMegabytes,
    };
  } finally {
    await programs.close();
    await stack.close();
  }
});

function check(payload: string): void {
  if (JSON.parse(payload).statusCode !== 200) throw new Error(`A hook was answered ${payload}`);
}
