import { bodyOf, samples } from '../../local/demo/samples/samples.ts';

type Sample = { readonly name: string; readonly body: string };

export const sampleNames: readonly string[] = [...samples.map(({ name }) => name), 'all'];

export const samplesNamed = (wanted: readonly string[]): readonly Sample[] =>
  samples
    .filter(({ name }) => wanted.includes(name) || wanted.includes('all'))
    .map((sample) => ({ name: sample.name, body: JSON.stringify(bodyOf(sample, new Date())) }));
