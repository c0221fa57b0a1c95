import { setTimeout as sleep } from 'node:timers/promises';
import { SingleBar } from 'cli-progress';
import { createEnqueueChat } from '../../lambda/queue/queue.ts';
import { createLoadChat } from '../../lambda/store/conversations.ts';
import type { Deployment } from './deployment/deployment.ts';
import { depthOf } from './deployment/queues.ts';
import { forEach } from './parallel.ts';
import { Interrupted } from './terminal/errors.ts';
import { abortOnInterrupt } from './terminal/interrupt.ts';
import { inWords } from './terminal/time.ts';

const lookAgainMs = 1000;

type Bulk<T> = {
  readonly deployment: Pick<Deployment, 'sqs' | 'outputs'>;
  readonly items: readonly T[];
  /** Puts one on the queue. */
  readonly act: (item: T) => Promise<void>;
};

/**
 * Acts on every item, with a progress bar, as fast as the queue is drained. After Ctrl-C the current items still end, and
 * no more begin.
 * @throws what `act` throws; Interrupted after Ctrl-C, saying how far it came
 */
export async function inBulk<T>({ deployment, items, act }: Bulk<T>): Promise<void> {
  const { signal, release } = abortOnInterrupt();
  const progress = startProgress(items.length);
  const pace = createPace({
    depth: async () => (await depthOf(deployment, deployment.outputs.QueueUrl)).messages,
    wait: () => sleep(lookAgainMs, undefined, { signal }).catch(() => undefined),
    remark: progress.remark,
    signal,
  });
  let done = 0;

  const paced = async (item: T) => {
    await pace();
    if (signal.aborted) return;
    await act(item);
    done += 1;
    progress.advance();
  };
  try {
    await forEach(items, paced, signal);
  } finally {
    progress.stop();
    release();
  }
  if (signal.aborted && done < items.length) {
    throw new Interrupted(`Stopped after ${done} of ${items.length}. Run the same again for the rest.`);
  }
}

/** Puts stored chats on the deployment's queue. */
export const createEnqueueChatOn = ({ sqs, outputs }: Deployment) =>
  createEnqueueChat({ sqs, queueUrl: outputs.QueueUrl });

/** Whether a chat is kept, and was not erased. */
export function createIsStored({ table }: Pick<Deployment, 'table'>) {
  const load = createLoadChat(table);
  return async (conversationId: string): Promise<boolean> => {
    const stored = await load(conversationId);
    return typeof stored === 'object';
  };
}

type PaceOptions = {
  /** How many messages are on the queue to be received. */
  readonly depth: () => Promise<number>;
  readonly wait: () => Promise<unknown>;
  /** What is being waited for; empty when it goes on. */
  readonly remark: (text: string) => void;
  readonly signal: AbortSignal;
};

/** New chats wait behind what is on the queue, so no more than this is put there at a time. */
export const maxOnQueue = 500;
/** Items between two looks at the depth. */
const lookEvery = 50;

/** To be awaited before each message that is put on the queue: resolves when there is room, or at once when aborted. */
export function createPace({ depth, wait, remark, signal }: PaceOptions): () => Promise<void> {
  let begun = 0;
  let room = Promise.resolve();

  const untilRoom = async () => {
    let messages = await depth();
    while (messages >= maxOnQueue && !signal.aborted) {
      remark(`(${messages} on the queue first)`);
      await wait();
      messages = await depth();
    }
    remark('');
  };

  return () => {
    if (begun % lookEvery === 0) room = untilRoom();
    begun += 1;
    return room;
  };
}

type Progress = {
  readonly advance: () => void;
  /** What is being waited for; empty when it goes on. */
  readonly remark: (text: string) => void;
  readonly stop: () => void;
};

/** A bar with rate and time left; nothing unless stderr is a terminal. */
export function startProgress(total: number): Progress {
  const begin = Date.now();
  let done = 0;
  let remark = '';
  const bar = new SingleBar({
    format: ' {bar} {value}/{total}  {rate}/s  {left} left  {remark}',
    barsize: 24,
    hideCursor: true,
    stream: process.stderr,
    barCompleteChar: '█',
    barIncompleteChar: '░',
    linewrap: false,
  });
  const payload = () => {
    const passed = Date.now() - begin;
    const rate = done / Math.max(0.001, passed / 1000);
    const left = done === 0 ? '…' : inWords(((total - done) * passed) / done);
    return { rate: rate < 10 ? rate.toFixed(1) : Math.round(rate), left, remark };
  };
  bar.start(total, 0, payload());
  return {
    advance: () => {
      done += 1;
      bar.update(done, payload());
    },
    remark: (text) => {
      remark = text;
      bar.update(done, payload());
    },
    stop: () => bar.stop(),
  };
}
