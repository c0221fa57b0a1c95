import { statfsSync } from 'node:fs';

/** Below this, in bytes, no hook is accepted, so that the databases do not fail in the middle of a write. */
export const minFreeBytes = 32 * 1024 * 1024;

const watchIntervalMs = 500;

export function freeBytes(directory: string): number {
  const { bavail, bsize } = statfsSync(directory);
  return bavail * bsize;
}

export type DiskWatch = { readonly hasRoom: () => boolean; readonly stop: () => void };

/** Prints a line when the directory's disk becomes full, and one when there is room again. */
export function watchDisk(directory: string, print: (line: string) => void, free = freeBytes): DiskWatch {
  let hasRoom = true;
  const look = () => {
    const had = hasRoom;
    hasRoom = free(directory) >= minFreeBytes;
    if (had && !hasRoom) {
      print(`No room on the disk of ${directory}: hooks are answered 503, and deliveries wait. Free some.`);
    }
    if (!had && hasRoom) print('There is room on the disk again: hooks are accepted.');
  };
  look();
  const timer = setInterval(look, watchIntervalMs);
  return { hasRoom: () => hasRoom, stop: () => clearInterval(timer) };
}
