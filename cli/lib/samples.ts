import { randomInt } from 'node:crypto';
import { samples } from '../../local/demo/samples/samples.ts';
import { perform } from '../../local/demo/samples/script.ts';

type Sample = { readonly name: string; readonly body: string };

export const sampleNames: readonly string[] = [...samples.map(({ name }) => name), 'all'];

export function samplesNamed(wanted: readonly string[]): readonly Sample[] {
  return samples
    .filter(({ name }) => wanted.includes(name) || wanted.includes('all'))
    .map(({ name, script }) => {
      const hook = perform(script, { now: new Date(), channelId: randomInt(1e9, 1e12) });
      return { name, body: JSON.stringify(hook) };
    });
}
