import { describe, expect, it } from '@jest/globals';
import { readHook } from '../../../lambda/smartsupp/hook.ts';
import { toConversation } from '../../../lambda/smartsupp/to-conversation.ts';
import { samples } from '../../../local/demo/samples/samples.ts';
import { perform } from '../../../local/demo/samples/script.ts';
import { now, sampleNamed } from './conversations.ts';

describe('the samples', () => {
  it.each(samples.map(({ name, script }) => [name, script] as const))(
    '%s is a chat that the hook takes',
    (_, script) => {
      const hook = perform(script, { now, channelId: 1 });
      expect(readHook(JSON.stringify(hook))).toEqual({ ok: true, hook: JSON.parse(JSON.stringify(hook)) });
    },
  );

  it.each([
    ['answered', 'answered'],
    ['missed', 'missed'],
    ['offline', 'offline'],
    ['long', 'answered'],
    ['dropped', 'dropped'],
    ['anonymous', 'answered'],
    ['automatic', 'automatic'],
    ['hostile', 'missed'],
  ])('%s is understood as %s', (name, outcome) => {
    const conversation = toConversation(perform(sampleNamed(name).script, { now, channelId: 1 }));
    expect(conversation.outcome).toBe(outcome);
  });

  it('end now, in order, with the times that they claim', () => {
    for (const { script } of samples) {
      const { endedAt, messages, timing } = toConversation(perform(script, { now, channelId: 1 }));
      const times = messages.map(({ sentAt }) => sentAt);
      expect(times).toEqual(times.toSorted());
      expect(times.at(-1)).toBe(now.toISOString());
      expect(endedAt).toBe(now.toISOString());
      const answered = messages.some(({ speaker }) => speaker === 'agent');
      expect(timing.firstResponse !== null).toBe(answered);
    }
  });

  it('has a long one of some hundred messages', () => {
    expect(perform(sampleNamed('long').script, { now, channelId: 1 }).messages?.length).toBeGreaterThan(300);
  });
});
