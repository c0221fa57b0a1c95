import { setTimeout as sleep } from 'node:timers/promises';

/** In milliseconds. What takes long is asked about less often: asking takes time from what is waited for. */
const pause = { min: 20, max: 300, share: 0.2 };

/** Waits until the condition holds, and gives up with its last state after `patience` milliseconds. */
export async function eventually(holds: () => boolean | Promise<boolean>, patience = 30_000): Promise<void> {
  const begin = Date.now();
  while (!(await holds())) {
    const waited = Date.now() - begin;
    if (waited > patience) throw new Error(`This never came true: ${holds}`);
    await sleep(Math.min(pause.max, Math.max(pause.min, pause.share * waited)));
  }
}
