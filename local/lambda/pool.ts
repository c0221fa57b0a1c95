import {
  type FunctionDefinition,
  type FunctionError,
  failed,
  type InvocationResult,
  maxPayloadBytes,
  tooLarge,
} from './function.ts';
import { type Instance, type InstanceOptions, startInstance } from './instance.ts';

/** More processes for one function would only use memory. */
const maxInstances = 4;

/** An instance that is idle for longer is stopped. */
const maxIdleMs = 60_000;

export type LocalFunction = {
  readonly definition: FunctionDefinition;
  readonly concurrency: number;
  /** Passes the event to an idle or new instance, or queues it. Never rejects. */
  readonly invoke: (event: string, signal?: AbortSignal) => Promise<InvocationResult>;
  /** Starts an instance before the first event, and always keeps one from then on. Returns the error if it does not load. */
  readonly warm: () => Promise<FunctionError | undefined>;
  readonly isBusy: () => boolean;
  readonly isUp: () => boolean;
  /** Kills its processes. Running invocations fail, and new processes take the next events. */
  readonly kill: () => Promise<void>;
  readonly stop: () => Promise<void>;
};

type Waiting = { readonly event: string; readonly settle: (result: InvocationResult) => void };

export type FunctionOptions = Pick<InstanceOptions, 'definition' | 'endpoints' | 'log' | 'lowPriority'> & {
  readonly idleMilliseconds?: number;
};

/** A function's instances: started under load as on Lambda, and restarted after a crash. */
export function createFunction(options: FunctionOptions): LocalFunction {
  const { definition, idleMilliseconds = maxIdleMs } = options;
  const concurrency = Math.min(maxInstances, definition.reservedConcurrency ?? maxInstances);
  const instances = new Set<Instance>();
  /** Idle instances, each with the timer that stops it. */
  const idle = new Map<Instance, NodeJS.Timeout>();
  const waiting: Waiting[] = [];
  let warming: ((error?: FunctionError) => void)[] = [];
  let loading = 0;
  let kept = 0;
  let stopped = false;

  const start = () => {
    loading += 1;
    const instance = startInstance({
      ...options,
      onReady: () => {
        settleLoading();
        offer(instance);
      },
      onExit: (error) => {
        instances.delete(instance);
        forget(instance);
        if (error) failWaiting(error);
        // Replaces a crashed instance for the next event, but not one that failed to load, which would fail again.
        else if (instances.size < kept && !stopped) start();
        startMore();
      },
    });
    instances.add(instance);
  };

  const settleLoading = (error?: FunctionError) => {
    loading -= 1;
    for (const settle of warming) settle(error);
    warming = [];
  };

  /** As on Lambda, an instance that does not load fails the event that it was started for. */
  const failWaiting = (error: FunctionError) => {
    settleLoading(error);
    waiting.shift()?.settle({ succeeded: false, error });
  };

  const startMore = () => {
    while (!stopped && waiting.length > loading && instances.size < concurrency) start();
  };

  const offer = (instance: Instance): void => {
    if (!instance.isAlive()) return;
    const next = waiting.shift();
    if (next) void run(instance, next);
    else idle.set(instance, setTimeout(retire, idleMilliseconds, instance).unref());
  };

  const retire = (instance: Instance) => {
    if (idle.size > kept && forget(instance)) void instance.stop();
  };

  const forget = (instance: Instance): boolean => {
    clearTimeout(idle.get(instance));
    return idle.delete(instance);
  };

  const run = async (instance: Instance, { event, settle }: Waiting) => {
    settle(await instance.invoke(event));
    offer(instance);
  };

  return {
    definition,
    concurrency,
    invoke(event, signal) {
      if (Buffer.byteLength(event) > maxPayloadBytes) return Promise.resolve(tooLarge());
      if (stopped || concurrency === 0) return Promise.resolve(failed('TooManyRequestsException', 'Rate exceeded.'));
      return new Promise((resolve) => {
        const entry = { event, settle: resolve };
        waiting.push(entry);
        signal?.addEventListener('abort', () => {
          const index = waiting.indexOf(entry);
          if (index < 0) return;
          waiting.splice(index, 1);
          resolve(failed('TooManyRequestsException', 'Nothing was free in time.'));
        });
        const instance = takeIdle();
        if (instance) offer(instance);
        else startMore();
      });
    },
    warm: () =>
      new Promise((resolve) => {
        kept = 1;
        if (instances.size > loading) return resolve(undefined);
        warming.push(resolve);
        if (loading === 0) start();
      }),
    isBusy: () => waiting.length > 0,
    isUp: () => instances.size > loading,
    kill,
    async stop() {
      stopped = true;
      for (const { settle } of waiting.splice(0)) settle(failed('Runtime.ExitError', 'The stack is stopping.'));
      await kill();
    },
  };

  async function kill(): Promise<void> {
    await Promise.all([...instances].map((instance) => instance.stop()));
  }

  /** The instance that became idle last, so that surplus instances stay idle and are stopped. */
  function takeIdle(): Instance | undefined {
    const instance = [...idle.keys()].findLast((each) => each.isAlive());
    if (instance) forget(instance);
    return instance;
  }
}
