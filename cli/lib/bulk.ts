import { setTimeout as sleep } from 'node:timers/promises';
import { SingleBar } from 'cli-progress';
import { createRecords } from '../../lambda/store/records.ts';
import { collect } from '../../lambda/store/table.ts';
import { type Deployment, depthOf } from './deployment/deployment.ts';
import { forEach } from './parallel.ts';
import { Interrupted } from './terminal/errors.ts';
import { abortOnInterrupt } from './terminal/interrupt.ts';
import { inWords } from './time.ts';

const pollMs = 1000;

type Bulk<T> = {
  readonly deployment: Pick<Deployment, 'sqs' | 'outputs'>;
  readonly items: readonly T[];
  /** How many chats are before these; by default, those that are ready on the queue. */
  readonly depth?: () => Promise<number>;
  readonly act: (item: T) => Promise<void>;
};

/**
 * Acts on every item, no faster than the queue is drained. After Ctrl-C, finishes the current ones and throws
 * Interrupted.
 */
export async function inBulk<T>({ deployment, items, act, depth = onQueue(deployment) }: Bulk<T>): Promise<void> {
  const { signal, release } = abortOnInterrupt();
  const progress = startProgress(items.length);
  const pace = createPace({
    depth,
    wait: () => sleep(pollMs, undefined, { signal }).catch(() => undefined),
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
    throw new Interrupted(`Stopped after ${done} of ${items.length}. Run the same command again for the rest.`);
  }
}

const onQueue = (deployment: Pick<Deployment, 'sqs' | 'outputs'>) => async () =>
  (await depthOf(deployment, deployment.outputs.QueueUrl)).messages;

/**
 * How many chats are on their way: on the queue, or waiting for their CRM. Stops counting at `maxOnQueue`. Bulk work that
 * waits for this is no faster than the CRMs.
 */
export const undelivered = (deployment: Pick<Deployment, 'sqs' | 'outputs' | 'table'>) => async (): Promise<number> => {
  const { messages, inFlight } = await depthOf(deployment, deployment.outputs.QueueUrl);
  const pending = createRecords(deployment.table).deliveries('pending', 'ascending');
  return messages + Math.max(inFlight, (await collect(pending, maxOnQueue)).length);
};

type PaceOptions = {
  readonly depth: () => Promise<number>;
  readonly wait: () => Promise<unknown>;
  /** Shows what is being waited for; empty if nothing. */
  readonly remark: (text: string) => void;
  readonly signal: AbortSignal;
};

/** New chats wait behind these messages, so there must not be too many. */
export const maxOnQueue = 500;
/** Items between two checks of the depth. */
const itemsPerCheck = 50;

/** Returns a function to await before each message: it resolves once the queue has room, or the signal is aborted. */
export function createPace({ depth, wait, remark, signal }: PaceOptions): () => Promise<void> {
  let begun = 0;
  let room = Promise.resolve();

  const untilRoom = async () => {
    let messages = await depth();
    while (messages >= maxOnQueue && !signal.aborted) {
      remark(`(${messages} on their way first)`);
      await wait();
      messages = await depth();
    }
    remark('');
  };

  return () => {
    if (begun % itemsPerCheck === 0) room = untilRoom();
    begun += 1;
    return room;
  };
}

type Progress = {
  readonly advance: () => void;
  readonly remark: (text: string) => void;
  readonly stop: () => void;
};

/** Shows rate and time left; nothing unless stderr is a terminal. */
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
