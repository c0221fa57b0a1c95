import type { Received } from '../../lambda/queue/queue.ts';
import { type Handlers, type Start, starts } from './functions.ts';
import { createProcess, type Process, type Surroundings } from './process.ts';
import type { StackTraits } from './script.ts';
import { createServices } from './services.ts';
import type { Message, Queue } from './sqs.ts';

const second = 1000;
/** As `infra/` has them. */
const timeouts = {
  receive: 20 * second,
  events: 25 * second,
  fetch: 60 * second,
  reconcile: 60 * second,
  deliver: 60 * second,
  sweep: 63 * second,
};
export const visibilityTimeoutMs = 6 * timeouts.deliver + second;

type FunctionName = keyof typeof timeouts;
type Outside = Parameters<typeof createServices>[0];

/** An instance of a function, which outlives its invocations unless it dies. */
type Instance = {
  readonly deployment: number;
  process: Process | undefined;
  /** Answers that came while it was frozen, between two invocations. */
  frozen: readonly (() => void)[];
};

type Feed = { readonly queue: Queue; readonly batchSize: number; readonly concurrency: number };

/** AWS Lambda: instances that are reused, killed, and stopped when their time is over. */
export function createLambda(
  surroundings: Surroundings,
  outside: Outside,
  stack: StackTraits,
  configured: () => readonly string[],
) {
  const { clock, draw, trace } = surroundings;
  const { api, giveUpAfterHours } = stack;
  let deployments = 0;
  let running = 0;

  function createFunction<Name extends FunctionName>(name: Name, start: (using: Start) => Handlers[Name]) {
    type Handler = Handlers[Name];
    let idle: readonly (Instance & { readonly handler: Handler })[] = [];
    let invocations = 0;

    function startInstance() {
      const instance: Instance = { deployment: deployments, process: undefined, frozen: [] };
      const services = createServices(outside, () => instance.process ?? idleInstance());
      const random = () => draw('jitter');
      const handler = start({ services, destinations: configured(), api, giveUpAfterHours, random });
      return Object.assign(instance, { handler });
    }

    /** Undefined if it died or threw. */
    return <Result>(work: (handler: Handler, process: Process) => Promise<Result>): Promise<Result | undefined> => {
      idle = idle.filter(({ deployment }) => deployment === deployments);
      const instance = idle.at(-1) ?? startInstance();
      idle = idle.slice(0, -1);
      invocations += 1;
      running += 1;
      const { promise, resolve } = Promise.withResolvers<Result | undefined>();
      const end = (result: Result | undefined) => {
        running -= 1;
        instance.process = undefined;
        resolve(result);
      };
      const deadline = clock.now() + timeouts[name];
      const process = createProcess(surroundings, {
        name: `${name} ${invocations}`,
        deadline,
        onDeath: () => end(undefined),
        resume: (settle) => {
          if (instance.process === undefined) instance.frozen = [...instance.frozen, settle];
          else settle();
        },
      });
      instance.process = process;
      const { frozen } = instance;
      instance.frozen = [];
      for (const settle of frozen) settle();
      clock.at(deadline, () => {
        if (instance.process === process) process.kill('is stopped: its time is over');
      });
      const release = (result: Result | undefined) => {
        if (instance.process !== process) return;
        idle = [...idle, instance];
        end(result);
      };
      // In a turn of its own, as an invocation comes.
      clock.at(clock.now(), () =>
        work(instance.handler, process).then(release, (error: unknown) => {
          trace?.(`${process.name} throws ${String(error)}`);
          release(undefined);
        }),
      );
      return promise;
    };
  }

  const functions = {
    receive: createFunction('receive', starts.receive),
    events: createFunction('events', starts.events),
    fetch: createFunction('fetch', starts.fetch),
    reconcile: createFunction('reconcile', starts.reconcile),
    deliver: createFunction('deliver', starts.deliver),
    sweep: createFunction('sweep', starts.sweep),
  };

  /** An event source mapping. */
  function feed(invoke: (typeof functions)['deliver'], { queue, batchSize, concurrency }: Feed) {
    let busy = 0;
    let pollAt = Number.POSITIVE_INFINITY;

    async function handle(messages: readonly Message[]): Promise<void> {
      busy += 1;
      const event = { Records: messages.map(toRecord) };
      const result = await invoke((handler, process) => {
        trace?.(`${process.name} is given ${messages.map(({ id }) => id).join(', ')}`);
        return handler(event, { getRemainingTimeInMillis: () => process.deadline - clock.now() });
      });
      busy -= 1;
      const failed = new Set(result?.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
      if (result !== undefined) {
        clock.at(clock.now() + 5 + draw('delete') * 50, () => {
          for (const { id, receipt } of messages) if (!failed.has(id)) queue.delete(receipt);
        });
      }
      pollBy(clock.now());
    }

    function poll(): void {
      while (busy < concurrency) {
        const messages = queue.receive(batchSize);
        if (messages.length === 0) break;
        void handle(messages);
      }
      // The end of a batch polls as well. What is visible and was not received, for the in-flight limit, is asked for again.
      if (busy === concurrency) return;
      const next = [...queue.messages.values()].map(({ visibleAt }) => Math.max(visibleAt, clock.now() + second));
      if (next.length > 0) pollBy(Math.min(...next));
    }

    /** Within the batching window. */
    function pollBy(at: number): void {
      const due = Math.max(at, clock.now()) + draw('window') * second;
      if (due >= pollAt) return;
      pollAt = due;
      clock.at(due, () => {
        if (pollAt !== due) return;
        pollAt = Number.POSITIVE_INFINITY;
        poll();
      });
    }
    return pollBy;
  }

  return {
    functions,
    pollChatsBy: feed(functions.deliver, { ...stack, queue: outside.queue }),
    pollFetchesBy: feed(functions.fetch, { batchSize: 10, concurrency: 2, queue: outside.fetchQueue }),
    running: () => running,
    /** A deployment: what is idle is replaced; what runs ends as it was, and is not used again. */
    deploy: () => {
      deployments += 1;
    },
  };
}

const toRecord = ({ id, body, receipt, receiveCount }: Message): Received => ({
  messageId: id,
  receiptHandle: receipt,
  body,
  attributes: { ApproximateReceiveCount: String(receiveCount), SentTimestamp: '0' },
});

function idleInstance(): never {
  throw new Error('Code of an idle instance asked for something.');
}
