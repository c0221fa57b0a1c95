import { describe, expect, test } from '@jest/globals';
import type { Conversation } from '../../../lambda/conversation/model.ts';
import { aConversation, aMessage } from '../../fixtures/conversation.ts';
import { anonymous, plan, planned } from './planning.ts';

describe('a chat goes to a destination', () => {
  test('unless nobody but triggers and bots spoke', async () => {
    const automatic = aConversation({ outcome: 'automatic' });
    expect(await plan({}, automatic)).toMatchObject({ kind: 'skip' });
    expect(await plan({ automatic: true }, automatic)).toMatchObject({ kind: 'deliver' });
  });

  test('if there are so many messages of people', async () => {
    const messages = [aMessage(), aMessage({ speaker: 'trigger' }), aMessage({ speaker: 'system' })];
    expect(await plan({ minMessages: 2 }, aConversation({ messages }))).toMatchObject({ kind: 'skip' });
    expect(await plan({ minMessages: 1 }, aConversation({ messages }))).toMatchObject({ kind: 'deliver' });
    const left = aConversation({ messages, outcome: 'offline' });
    expect(await plan({ minMessages: 2 }, left)).toMatchObject({ kind: 'deliver' });
  });

  test('if the visitor left an e-mail address, here or in another chat', async () => {
    expect(await plan({ onlyWithEmail: true }, anonymous())).toMatchObject({ kind: 'skip' });
    expect(await plan({ onlyWithEmail: true }, anonymous(), { email: 'eva@example.com' })).toMatchObject({
      kind: 'deliver',
    });
  });

  test.each([
    ['accountId = "208"', 'deliver'],
    ['visitor.countryCode in ["CZ", "SK"] and $count(messages) > 1', 'deliver'],
    ['flags.isMissed', 'skip'],
    ['variables.plan = "pro"', 'deliver'],
    ['attribution.campaign = "spring"', 'deliver'],
    // Only true is true: a rule with a slip of the pen lets nothing through by chance.
    ['visitor.name', 'skip'],
  ])('if `%s` is true: %s', async (when, kind) => {
    const conversation = aConversation({
      visitor: { variables: [{ key: 'plan', label: 'Plan', value: 'pro' }] },
      pages: [{ url: 'https://shop.example/?utm_campaign=spring', title: null }],
    });
    expect(await plan({ when }, conversation)).toMatchObject({ kind });
  });
});

describe('a visitor is identified', () => {
  test('by e-mail before all else', async () => {
    const conversation = aConversation({ visitor: { email: ' EVA@Example.com ' } });
    const { person, personKey } = await planned({}, conversation, { phone: '+420601123456' });
    expect(person).toMatchObject({ email: 'eva@example.com', phone: '+420601123456' });
    expect(personKey).toBe('email#eva@example.com');
  });

  test('by phone, then by the shop’s customer id', async () => {
    const visitor = { email: null, variables: [{ key: 'userId', label: 'User ID', value: 1234 }] };
    const settings = { customerIdField: 'shop_id' };
    const withPhone = await planned(settings, aConversation({ visitor }), { phone: '+420601123456' });
    expect(withPhone.personKey).toBe('phone#+420601123456');
    const { person, personKey } = await planned(settings, aConversation({ visitor }));
    expect([person.customerId, personKey]).toEqual([{ field: 'shop_id', value: '1234' }, 'customer#1234']);
  });

  test.each([0, '', '  ', false, 'null', 'undefined'])('by no customer id that is %j', async (value) => {
    const visitor = { variables: [{ key: 'userId', label: 'User ID', value }] };
    expect(await plan({ customerIdField: 'shop_id' }, anonymous({ visitor }))).toMatchObject({ kind: 'hold' });
  });

  test('by nothing that can be read, and yet they left something: by name, with their follow-up', async () => {
    for (const anonymous of ['hold', 'skip', 'create'] as const) {
      const conversation = aConversation({ outcome: 'offline', visitor: { email: 'jan@posta' } });
      const { person, personKey, followUp } = await planned({ anonymous }, conversation);
      expect(person).toMatchObject({ email: null, phone: null, name: 'Eva Horáková', unusable: ['jan@posta'] });
      expect([personKey, followUp?.reason]).toEqual(['visitor#208#27671', 'offline']);
    }
    expect(await plan({ onlyWithEmail: true }, aConversation({ visitor: { email: 'jan@posta' } }))).toMatchObject({
      kind: 'skip',
    });
  });

  test('by what they typed in the chat, if by nothing else', async () => {
    const messages = [aMessage({ text: 'My number is 601 123 032, or eva@example.com' })];
    const visitor = { variables: [{ key: 'userId', label: 'User ID', value: 1234 }] };
    const { person } = await planned({}, anonymous({ messages, visitor }));
    expect(person).toMatchObject({ email: 'eva@example.com', phone: '+420601123032' });
    expect(await planned({ onlyWithEmail: true }, anonymous({ messages }))).toMatchObject({
      person: { email: 'eva@example.com' },
    });
    const customer = await planned({ customerIdField: 'shop_id' }, anonymous({ messages, visitor }));
    expect(customer).toMatchObject({ person: { email: null, phone: null }, personKey: 'customer#1234' });
  });

  test('never by phone if so configured, and yet the chat is delivered', async () => {
    const phone = { variables: [{ key: 'phone', label: 'Phone', value: '+420601123456' }] };
    const { person, personKey } = await planned({ matchByPhone: 'never' }, anonymous({ visitor: phone }));
    expect([person.phone, personKey]).toEqual(['+420601123456', 'visitor#208#27671']);
  });

  test('or not at all: the chat is held, skipped or delivered, as configured', async () => {
    expect(await plan({}, anonymous())).toMatchObject({ kind: 'hold' });
    expect(await plan({ anonymous: 'skip' }, anonymous())).toMatchObject({ kind: 'skip' });
    const created = await planned({ anonymous: 'create' }, anonymous());
    expect(created).toMatchObject({
      personKey: 'visitor#208#27671',
      person: { email: null, phone: null, customerId: null },
    });
    const nobody = await planned({ anonymous: 'create' }, anonymous({ visitor: { id: null } }));
    expect(nobody.personKey).toBe('chat#208:55039');
  });

  test('in one account alone, by an id that two accounts have given', async () => {
    const keys = ['208:1', '999:1'].map(async (id) => {
      const { personKey } = await planned({ anonymous: 'create' }, { ...anonymous(), id });
      return personKey;
    });
    expect(await Promise.all(keys)).toEqual(['visitor#208#27671', 'visitor#999#27671']);
  });
});

describe('a chat whose visitor left nothing is held', () => {
  const waiting = (outcome: Conversation['outcome'], name: string | null = 'Eva Horáková') =>
    anonymous({ outcome, visitor: { name } });

  test.each(['missed', 'offline'] as const)(
    'for a time if it is %s: then it goes to a contact by name',
    async (outcome) => {
      expect(await plan({}, waiting(outcome))).toMatchObject({ kind: 'hold', hours: 72 });
      expect(await plan({ holdHours: 5 }, waiting(outcome))).toMatchObject({
        kind: 'hold',
        hours: 5,
        reason: expect.stringContaining('after 5 hours'),
      });
      const over = await plan({}, waiting(outcome), {}, { isHoldOver: true });
      expect(over).toMatchObject({
        kind: 'deliver',
        contact: { person: { name: 'Eva Horáková' } },
        followUp: { reason: outcome },
      });
    },
  );

  test.each([
    ['answered', 'Eva Horáková'],
    ['missed', null],
    ['offline', 'Visitor 1234'],
  ] as const)('for good if it is %s by %s', async (outcome, name) => {
    for (const isHoldOver of [false, true]) {
      expect(await plan({}, waiting(outcome, name), {}, { isHoldOver })).toMatchObject({ kind: 'hold', hours: null });
    }
  });
});
