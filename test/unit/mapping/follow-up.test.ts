import { describe, expect, test } from '@jest/globals';
import { aConversation, aMessage } from '../../fixtures/conversation.ts';
import { anonymous, planned } from './planning.ts';

describe('the owner', () => {
  const owners = { agents: { '3': 'crm-karel', Jana: 'crm-jana' }, fallback: 'crm-desk' };
  const by = (...agents: readonly (readonly [id: string | null, name: string])[]) =>
    aConversation({ messages: agents.map(([agentId, name]) => aMessage({ speaker: 'agent', agentId, name })) });

  test.each([
    ['the agent who wrote, by id', by(['3', 'Karel']), 'crm-karel'],
    ['by name', by(['9', 'Jana']), 'crm-jana'],
    ['the one who wrote most', by(['3', 'Karel'], ['9', 'Jana'], ['9', 'Jana']), 'crm-jana'],
    ['the fallback for strangers', by(['7', 'Somebody']), 'crm-desk'],
    ['the fallback where nobody answered', by(), 'crm-desk'],
  ])('is %s', async (_, conversation, owner) => {
    const { ownerId, person } = await planned({ owners }, conversation);
    expect([ownerId, person.ownerId]).toEqual([owner, owner]);
  });

  test('is nobody if none is configured', async () => {
    expect((await planned({})).ownerId).toBeNull();
  });
});

describe('a follow-up', () => {
  test('is due four hours after a missed chat', async () => {
    expect((await planned({}, aConversation({ outcome: 'missed' }))).followUp).toEqual({
      kind: 'task',
      reason: 'missed',
      title: expect.stringContaining('Eva Horáková'),
      dueAt: '2026-05-04T12:21:30.000Z',
      phone: null,
      email: 'eva.horakova@example.com',
    });
  });

  test('has the number and the address, wherever they are known from, else as they were typed', async () => {
    const missed = anonymous({ outcome: 'missed' });
    const elsewhere = { email: 'eva@example.com', phone: '+420601123456' };
    expect((await planned({}, missed, elsewhere)).followUp).toMatchObject(elsewhere);
    const inWords = { email: null, phone: '+420601123456' };
    expect((await planned({}, missed, { inWords })).followUp).toMatchObject(inWords);
    const visitor = { email: 'jan@shop', variables: [{ key: 'phone', label: 'Phone', value: '12 34 56' }] };
    const typed = aConversation({ outcome: 'missed', visitor });
    expect((await planned({}, typed)).followUp).toMatchObject({ email: 'jan@shop', phone: '12 34 56' });
  });

  test.each([
    [{}, { outcome: 'offline' }, 'offline'],
    [{}, { rating: { score: 2, comment: null } }, 'lowRating'],
    [{}, { rating: { score: 3, comment: null } }, undefined],
    [{ lowRating: 3 }, { rating: { score: 3, comment: null } }, 'lowRating'],
    [{}, {}, undefined],
    [{ on: ['offline'] }, { outcome: 'missed' }, undefined],
  ] as const)('with %j for %j is %j', async (followUp, parts, reason) => {
    expect((await planned({ followUp }, aConversation(parts))).followUp?.reason).toBe(reason);
  });

  test('has the kind and the due time that are configured', async () => {
    const missed = aConversation({ outcome: 'missed', startedAt: null, endedAt: null });
    const { followUp } = await planned({ followUp: { as: 'lead', dueInHours: 0.5 } }, missed);
    expect(followUp).toMatchObject({ kind: 'lead', dueAt: '2026-05-04T12:30:00.000Z' });
  });
});
