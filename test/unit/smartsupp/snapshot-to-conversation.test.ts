import { describe, expect, test } from '@jest/globals';
import { readChat, readConversation } from '../../../lambda/smartsupp/body.ts';
import { parseSnapshot, writeSnapshot } from '../../../lambda/smartsupp/snapshot.ts';
import { snapshot } from './snapshots.ts';

test('a snapshot is read as it was written', () => {
  expect(parseSnapshot(writeSnapshot(snapshot))).toEqual(snapshot);
});

const read = (changes: object) => readConversation(JSON.stringify({ ...snapshot, ...changes }));

describe('a snapshot of the REST API', () => {
  test('is translated to the same conversation as a hook', () => {
    expect(readChat(JSON.stringify(snapshot))).toEqual({
      deviations: [],
      conversation: {
        id: '208:coXU9u5VscuzW',
        accountId: '208',
        channelId: 'coXU9u5VscuzW',
        startedAt: '2026-11-30T10:00:00.000Z',
        endedAt: '2026-11-30T10:05:00.000Z',
        outcome: 'answered',
        flags: {
          isChat: true,
          isMissed: false,
          isTriggered: true,
          isOffline: false,
          isCompleted: true,
          isDropped: false,
        },
        rating: { score: 5, comment: 'Quick and kind' },
        timing: { duration: 300, firstResponse: 60, averageResponse: 60 },
        visitor: {
          id: 'ctW5HHbqaRKv',
          name: 'Dusan Kmet',
          email: 'dusan@domain.com',
          note: 'Likes red',
          group: null,
          referrer: 'https://www.google.com/',
          ipAddress: '89.235.0.55',
          city: 'Brno',
          country: 'Czech Republic',
          countryCode: 'CZ',
          userAgent: 'Chrome',
          platform: 'Windows',
          language: 'cs',
          consent: true,
          variables: [
            { key: 'orderId', label: 'orderId', value: 1234 },
            { key: 'plan', label: 'plan', value: 'pro' },
            { key: 'phone', label: 'Phone', value: '+420 777 123 456' },
          ],
        },
        shop: null,
        channelType: 'default',
        groupId: 'grSales',
        tags: ['VIP', 'returns'],
        pages: [
          { url: 'https://shop.example/shoes', title: null },
          { url: 'https://shop.example/orders', title: 'Your orders' },
        ],
        messages: [
          {
            speaker: 'trigger',
            name: 'Welcome',
            agentId: null,
            text: 'Can we help?',
            files: [],
            sentAt: '2026-11-30T10:00:00.000Z',
          },
          {
            speaker: 'visitor',
            name: 'Dusan Kmet',
            agentId: null,
            text: 'Where is my order?',
            files: [],
            sentAt: '2026-11-30T10:00:30.000Z',
          },
          {
            speaker: 'bot',
            name: null,
            agentId: null,
            text: 'A colleague will answer.',
            files: [],
            sentAt: '2026-11-30T10:00:31.000Z',
          },
          {
            speaker: 'agent',
            name: 'Lucie Horáková',
            agentId: '1257997',
            text: 'Here is the label.',
            files: [
              {
                name: 'label.pdf',
                url: 'https://files.smartsupp.com/label.pdf?token=1',
                mediaType: 'application/pdf',
                size: 20480,
                expiresAt: '2026-11-30T11:00:00.000Z',
              },
            ],
            sentAt: '2026-11-30T10:01:30.000Z',
          },
        ],
      },
    });
  });

  test('that has nothing but an id is a conversation', () => {
    const conversation = read({ conversation: { id: 'co1' }, messages: [], contact: null, visitor: null, agents: [] });
    expect(conversation).toMatchObject({ id: '208:co1', outcome: 'automatic', startedAt: null, messages: [] });
  });

  test.each([{ conversation: {} }, { conversation: null }, { accountId: '' }, { version: 2 }, { smartsupp: 'other' }])(
    'with %j is no chat',
    (changes) => {
      expect(read(changes)).toBeUndefined();
      expect(readChat('{"smartsupp":"api",')).toBeUndefined();
    },
  );
});

describe('the outcome of a snapshot', () => {
  const message = (sub_type: string, second: number) => ({
    sub_type,
    content: { type: 'text', text: sub_type },
    created_at: `2026-11-30T10:00:${String(second).padStart(2, '0')}.000Z`,
  });
  test.each([
    ['answered', {}, ['contact', 'agent']],
    ['answered', { is_offline: true }, ['contact', 'agent']],
    ['answered', { is_served: false }, ['contact', 'bot']],
    ['missed', { is_served: false }, ['contact', 'bot', 'contact']],
    ['missed', { is_served: true }, ['contact', 'bot']],
    ['missed', {}, ['trigger', 'contact']],
    ['offline', { is_offline: true }, ['contact']],
    ['automatic', {}, ['trigger', 'bot']],
  ])('is %s if %j and %j spoke', (outcome, flags, speakers) => {
    const conversation = { ...snapshot.conversation, is_served: false, ...flags };
    expect(read({ conversation, messages: speakers.map(message) })?.outcome).toBe(outcome);
  });
});
