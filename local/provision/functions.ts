import { type InvocationResult, isTooLarge } from '../lambda/function.ts';
import { createFunction, type LocalFunction } from '../lambda/pool.ts';
import { StartError } from '../lib/errors.ts';
import type { LogSink } from '../lib/logs.ts';
import type { Endpoints } from '../lib/settings.ts';
import type { StackDefinition } from '../template/stack.ts';

export type Functions = {
  readonly get: (name: string) => LocalFunction;
  readonly invoke: (name: string, event: string, signal?: AbortSignal) => Promise<InvocationResult>;
  /** @throws StartError if it does not load */
  readonly warm: (name: string) => Promise<void>;
  readonly kill: (name: string) => Promise<void>;
  readonly retire: (name: string) => Promise<void>;
  /** Resolves when no invocation is running. */
  readonly idle: () => Promise<unknown>;
  readonly stop: () => Promise<void>;
};

type FunctionsOptions = {
  readonly stack: StackDefinition;
  readonly endpoints: Endpoints;
  readonly openLog: (name: string) => LogSink;
  /** Called for each failed invocation, with the function's short name. */
  readonly onFailure: (label: string, errorType: string) => void;
};

export function createFunctions({ stack, endpoints, openLog, onFailure }: FunctionsOptions): Functions {
  const functions = new Map<string, LocalFunction>();
  const running = new Set<Promise<unknown>>();
  // Functions that answer requests get a higher priority than the others.
  const awaited = new Set(stack.routes().map(({ functionName }) => functionName));

  const get = (name: string): LocalFunction => {
    const present = functions.get(name);
    if (present) return present;
    const definition = stack.function(name);
    const made = createFunction({
      definition,
      endpoints,
      log: openLog(definition.label),
      lowPriority: !awaited.has(name),
    });
    functions.set(name, made);
    return made;
  };

  return {
    get,
    async invoke(name, event, signal) {
      const invoked = get(name).invoke(event, signal);
      running.add(invoked);
      const result = await invoked;
      running.delete(invoked);
      if (!result.succeeded && !isTooLarge(result)) onFailure(get(name).definition.label, result.error.errorType);
      return result;
    },
    async warm(name) {
      const error = await get(name).warm();
      if (!error) return;
      const { label } = get(name).definition;
      throw new StartError(`The function ${label} does not load: ${error.errorType}: ${error.errorMessage}`);
    },
    kill: (name) => get(name).kill(),
    retire: (name) => get(name).stop(),
    idle: () => Promise.all(running),
    async stop() {
      await Promise.all([...functions.values()].map((each) => each.stop()));
    },
  };
}
