import { setImmediate as othersFirst } from 'node:timers/promises';

/** Runs tasks one after another, in the order in which they come; between two of them everything else has its turn. */
export function createMutex(): <Result>(task: () => Promise<Result>) => Promise<Result> {
  let last: Promise<unknown> = Promise.resolve();
  return (task) => {
    const turn = last.then(task);
    last = turn.then(
      () => othersFirst(),
      () => othersFirst(),
    );
    return turn;
  };
}
