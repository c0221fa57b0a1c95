import { setTimeout as sleep } from 'node:timers/promises';

/** Waits until the condition holds, and gives up with its last state after `patience` milliseconds. */
export async function eventually(holds: () => boolean | Promise<boolean>, patience = 30_000): Promise<void> {
  const end = Date.now() + patience;
  while (!(await holds())) {
    if (Date.now() > end) throw new Error(`This never came true: ${holds}`);
    await sleep(20);
  }
}
