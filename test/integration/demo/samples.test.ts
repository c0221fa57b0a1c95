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

  it.each([
    ['woocommerce', 'Karel Svoboda', { customerId: '42', spending: 1234.5, orders: 7, city: 'Praha' }],
    ['prestashop', 'Ing.Alena Králová', { customerId: '1177', phone: '+420 601 123 456', spending: 12_480 }],
    ['shopware', 'Wanderverein Linz e.V.', { customerId: '305', spending: 2310.8, orders: 9 }],
    ['magento', "Sinéad O'Neil", { customerId: '88' }],
    ['shoptet', 'Běžecký klub Brno', { customerId: '0b7f9c1e-6a43-4b0c-8d59-2f6a3e1c9d22' }],
  ])('%s has its customer as the shop knows them', (platform, name, shop) => {
    const conversation = toConversation(perform(sampleNamed(platform).script, { now, channelId: 1 }));
    expect(conversation).toMatchObject({ visitor: { name }, shop: { platform, ...shop } });
    expect(conversation.visitor.email).not.toBeNull();
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
