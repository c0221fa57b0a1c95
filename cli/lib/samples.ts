import { bodyOf, samples } from '../../local/demo/samples/samples.ts';
import { textList } from './define-command.ts';

type Sample = { readonly name: string; readonly body: string };

const names: readonly string[] = [...samples.map(({ name }) => name), 'all'];

/** One name each time, since files may follow. */
export const sampleOption = (description: string) => textList('<name>', description, { choices: names });

export function samplesNamed(wanted: readonly string[]): readonly Sample[] {
  return samples
    .filter(({ name }) => wanted.includes(name) || wanted.includes('all'))
    .map((sample) => ({ name: sample.name, body: JSON.stringify(bodyOf(sample, new Date())) }));
}
