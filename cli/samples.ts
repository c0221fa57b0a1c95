import { randomInt } from 'node:crypto';
import { Option } from 'commander';
import { samples } from '../local/demo/samples/samples.ts';
import { perform } from '../local/demo/samples/script.ts';

/** A hook's body, and what it is called for people. */
type Sample = { readonly name: string; readonly body: string };

export const sampleOption = (description: string) =>
  new Option('--sample <name>', description).choices([...samples.map(({ name }) => name), 'all']);

/** The sample of this name, as a new chat of just now; `all` of them; none where nothing is wanted. */
export function samplesNamed(wanted: string | undefined): readonly Sample[] {
  return samples
    .filter(({ name }) => wanted === name || wanted === 'all')
    .map(({ name, script }) => {
      const hook = perform(script, { now: new Date(), channelId: randomInt(1e9, 1e12) });
      return { name, body: JSON.stringify(hook) };
    });
}
