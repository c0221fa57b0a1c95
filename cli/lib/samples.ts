import { randomInt } from 'node:crypto';
import { samples } from '../../local/demo/samples/samples.ts';
import { perform } from '../../local/demo/samples/script.ts';
import { textList } from './define-command.ts';

type Sample = { readonly name: string; readonly body: string };

const names: readonly string[] = [...samples.map(({ name }) => name), 'all'];

/** One name each time, since files may follow. */
export const sampleOption = (description: string) => textList('<name>', description, { choices: names });

export function samplesNamed(wanted: readonly string[]): readonly Sample[] {
  return samples
    .filter(({ name }) => wanted.includes(name) || wanted.includes('all'))
    .map(({ name, script }) => {
      const hook = perform(script, { now: new Date(), channelId: randomInt(1e9, 1e12) });
      return { name, body: JSON.stringify(hook) };
    });
}
