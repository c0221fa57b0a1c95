import type { Conversation } from '../../../lambda/conversation/model.ts';
import { toConversation } from '../../../lambda/smartsupp/to-conversation.ts';
import { samples } from '../../../local/demo/samples/samples.ts';
import { perform, type Sample } from '../../../local/demo/samples/script.ts';

export const now = new Date('2026-03-27T15:34:00.000Z');

/** One of the page's samples as it goes to a CRM, with what a test wants of its own. */
export function conversation(name: string, channelId: number, change: Partial<Conversation> = {}): Conversation {
  return { ...toConversation(perform(sampleNamed(name).script, { now, channelId })), ...change };
}

/** The same as Smartsupp would post it. */
export const hookBody = (name: string, channelId: number): string =>
  JSON.stringify(perform(sampleNamed(name).script, { now, channelId }));

export function sampleNamed(name: string): Sample {
  const sample = samples.find((candidate) => candidate.name === name);
  if (!sample) throw new Error(`There is no sample "${name}".`);
  return sample;
}
