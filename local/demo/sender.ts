import { randomInt } from 'node:crypto';
import { type Sample, samples } from './samples/samples.ts';
import { perform } from './samples/script.ts';
import { eachInTurn } from './views/layout.ts';

/** The hook refused a sample; the message holds its answer. */
export class HookRefusal extends Error {
  override readonly name = 'HookRefusal';
}

/** Returns the sample that was sent, or undefined for an unknown name. Throws HookRefusal. */
export type SendSample = (name: string) => Promise<Sample | undefined>;

export function createSender(hookUrl: () => string, now: () => Date): SendSample {
  let turn = 0;

  function choose(name: string): Sample | undefined {
    if (name !== eachInTurn) return samples.find((sample) => sample.name === name);
    turn += 1;
    return samples[(turn - 1) % samples.length];
  }

  return async (name) => {
    const sample = choose(name);
    if (sample) await post(hookUrl(), perform(sample.script, { now: now(), channelId: randomInt(1e9, 1e12) }));
    return sample;
  };
}

async function post(url: string, hook: unknown): Promise<void> {
  let status: number;
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(hook),
      signal: AbortSignal.timeout(10_000),
    });
    await response.body?.cancel();
    status = response.status;
  } catch (cause) {
    throw new HookRefusal('The hook does not answer. Is the local stack still starting? Try again in a moment.', {
      cause,
    });
  }
  if (status !== 200) throw new HookRefusal(`The hook answered ${status} instead of 200. Its log says why.`);
}
