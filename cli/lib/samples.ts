import { randomInt } from 'node:crypto';
import { samples } from '../../local/demo/samples/samples.ts';
import { perform } from '../../local/demo/samples/script.ts';
import { textList } from './define-command.ts';

/** A hook's body, and what it is called for people. */
type Sample = { readonly name: string; readonly body: string };

const names: readonly string[] = [...samples.map(({ name }) => name), 'all'];

/** May be given several times: a name each, since files may follow it. */
export const sampleOption = (description: string) => textList('<name>', description, { choices: names });

/** The samples of these names, each as a new chat of just now; `all` of them. */
export function samplesNamed(wanted: readonly string[]): readonly Sample[] {
  return samples
    .filter(({ name }) => wanted.includes(name) || wanted.includes('all'))
    .map(({ name, script }) => {
      const hook = perform(script, { now: new Date(), channelId: randomInt(1e9, 1e12) });
      return { name, body: JSON.stringify(hook) };
    });
}
