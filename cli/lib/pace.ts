export type PaceOptions = {
  /** How many messages are on the queue to be received. */
  readonly depth: () => Promise<number>;
  readonly wait: () => Promise<unknown>;
  /** A word for who waits; empty when it goes on. */
  readonly remark: (text: string) => void;
  readonly signal: AbortSignal;
};

/**
 * Chats that come in meanwhile wait behind what is on the queue: no more than this is put there, and the rest when it
 * has been worked off.
 */
export const mostOnQueue = 500;
/** The depth is looked at once for so many. */
const lookEvery = 50;

/** To be awaited before each message that is put on the queue: resolves when there is room, or at once when aborted. */
export function createPace({ depth, wait, remark, signal }: PaceOptions): () => Promise<void> {
  let begun = 0;
  let room = Promise.resolve();

  const untilRoom = async () => {
    let messages = await depth();
    while (messages >= mostOnQueue && !signal.aborted) {
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
