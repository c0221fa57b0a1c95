import { randomInt } from 'node:crypto';
import { hostile, long } from './edge-cases.ts';
import { anonymous, answered, automatic, dropped, missed, offline } from './everyday.ts';
import { perform, type Sample } from './script.ts';
import { shopPlugins } from './shop-plugins.ts';

/** In the order in which they are offered, and sent in turn. */
export const samples: readonly Sample[] = [
  answered,
  missed,
  offline,
  long,
  dropped,
  anonymous,
  automatic,
  ...shopPlugins,
  hostile,
];

/** The sample as the body of a new chat. */
export const bodyOf = ({ script }: Sample, now: Date) => perform(script, { now, channelId: randomInt(1e9, 1e12) });

export const sampleNames: readonly string[] = [...samples.map(({ name }) => name), 'all'];

/** As the bodies of new chats. */
export const samplesNamed = (wanted: readonly string[]): readonly { readonly name: string; readonly body: string }[] =>
  samples
    .filter(({ name }) => wanted.includes(name) || wanted.includes('all'))
    .map((sample) => ({ name: sample.name, body: JSON.stringify(bodyOf(sample, new Date())) }));
