import { describe, expect, test } from '@jest/globals';
import type { Conversation } from '../../../lambda/conversation/model.ts';
import type { Identity } from '../../../lambda/mapping/identity.ts';
import { createPlanner, type MakePlan, type Plan } from '../../../lambda/mapping/plan.ts';
import type { MappingSettings } from '../../../lambda/mapping/settings.ts';
import { aConversation, aMessage } from '../../fixtures/conversation.ts';
import { identityOf } from '../../fixtures/identity.ts';

const now = () => new Date('2026-05-04T12:00:00Z');

async function plan(
  settings: Omit<MappingSettings, 'name'>,
  conversation: Conversation = aConversation(),
  identity: Partial<Identity> = {},
  when?: Parameters<MakePlan>[2],
): Promise<Plan> {
  const variables = { phone: 'phone', customerId: 'userId' };
  const options = { language: 'en', variables, keepsContacts: true, makesFollowUps: true, now } as const;
  return (await createPlanner({ name: 'crm', ...settings }, options))(
    conversation,
    {
      ...(await identityOf(conversation)),
      ...identity,
    },
    when,
  );
}

async function planned(...given: Parameters<typeof plan>) {
  const made = await plan(...given);
  if (made.kind !== 'deliver' || made.contact === null)
    throw new Error(`It is not delivered to a contact: ${made.kind}`);
  return { ...made, ...made.contact };
}

const anonymous = (parts: Parameters<typeof aConversation>[0] = {}) =>
  aConversation({ ...parts, visitor: { email: null, ...parts.visitor } });

describe('a text that a spreadsheet would read as a formula', () => {
  const conversation = aConversation({
    outcome: 'missed',
    visitor: {
      name: '=cmd() @SUM(A1)',
      variables: [
        { key: 'userId', label: 'userId', value: '=1001' },
        { key: 'wish', label: 'wish', value: '=1+1' },
      ],
    },
  });
  const settings = { customerIdField: 'number', fields: { wish: 'variables.wish', size: '-5', owed: '"-12.50"' } };

  test('is made harmless in a name, a customer id, a field or a title', async () => {
    const { person } = await planned(settings, conversation);
    expect(person).toMatchObject({
      name: 'cmd() SUM(A1)',
      customerId: { value: '1001' },
      fields: [{ value: '1+1' }, { value: -5 }, { value: '-12.50' }],
    });
  });

  test('stays as it is if so configured', async () => {
    const { person } = await planned({ ...settings, neutraliseFormulas: false }, conversation);
    expect(person).toMatchObject({
      name: '=cmd() @SUM(A1)',
      customerId: { value: '=1001' },
      fields: [{ value: '=1+1' }, { value: -5 }, { value: '-12.50' }],
    });
  });
});

describe('a contact’s company', () => {
  const working = aConversation({ visitor: { email: 'jan@acme.example' } });

  test('is the domain of the address only if it is configured', async () => {
    expect((await planned({ company: true }, working)).person.company).toBe('acme.example');
    expect((await planned({}, working)).person.company).toBeNull();
  });

  test('is no provider of free mail', async () => {
    const free = aConversation({ visitor: { email: 'jan@seznam.cz' } });
    expect((await planned({ company: true }, free)).person.company).toBeNull();
  });
});

describe('what a shop’s plugin tells', () => {
  const shop = {
    platform: 'woocommerce',
    customerId: '42',
    phone: null,
    spending: 1234.5,
    orders: 7,
    city: 'Praha',
    countryCode: 'CZ',
  } as const;

  test('is there for fields, numbers as numbers', async () => {
    const fields = { spent: 'shop.spending', per_order: '$round(shop.spending / shop.orders)', town: 'shop.city' };
    const { person } = await planned({ fields }, aConversation({ shop }));
    expect(person.fields.map(({ name, value }) => [name, value])).toEqual([
      ['spent', 1234.5],
      ['per_order', 176],
      ['town', 'Praha'],
    ]);
    expect((await planned({ fields: { spent: 'shop.spending' } })).person.fields).toEqual([]);
  });

  test('identifies the customer, unless another variable is configured', async () => {
    const known = aConversation({ shop });
    const variables = { phone: 'phone' };
    const options = { language: 'en', variables, keepsContacts: true, makesFollowUps: true, now } as const;
    const make = await createPlanner({ name: 'crm', customerIdField: 'number' }, options);
    expect(await make(known, await identityOf(known))).toMatchObject({
      contact: { person: { customerId: { field: 'number', value: '42' } } },
    });
    expect((await planned({ customerIdField: 'number' }, known)).person.customerId).toBeNull();
  });
});

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

describe('fields', () => {
  test('may say what the visitor is recognised by, the second address too', async () => {
    const conversation = aConversation({ visitor: { email: 'Eva <eva@example.com>, eva@work.example.com' } });
    const fields = { second: 'person.otherEmails[0]', first: 'person.email', phone: 'person.phone' };
    const { person } = await planned({ fields }, conversation, { phone: '+420601123456' });
    expect(Object.fromEntries(person.fields.map(({ name, value }) => [name, value]))).toEqual({
      second: 'eva@work.example.com',
      first: 'eva@example.com',
      phone: '+420601123456',
    });
  });

  test.each([
    ['ACME s.r.o.', 'jan@work.example', 'ACME s.r.o.'],
    ['Jan Novák', 'jan@work.example', 'work.example'],
    ['Jan Novák', 'jan@gmail.com', undefined],
  ])('may say which company %s of %s is', async (name, email, company) => {
    const fields = { company: 'person.company' };
    const { person } = await planned({ fields }, aConversation({ visitor: { name, email } }), { email });
    expect(person.fields[0]?.value).toBe(company);
  });

  test('get the values of their expressions; without a value a field is left alone', async () => {
    const { person } = await planned({
      fields: {
        website: 'pages[0].url',
        last_chat: { value: 'endedAt', overwrite: true },
        messages: '$count(messages)',
        vip: 'visitor.name = "Eva Horáková"',
        nothing: 'visitor.nothing',
        blank: '"  "',
        list: 'messages.text',
      },
    });
    expect(person.fields).toEqual([
      { name: 'website', value: 'https://shop.example/bikes', overwrite: false },
      { name: 'last_chat', value: '2026-05-04T08:21:30.000Z', overwrite: true },
      { name: 'messages', value: 2, overwrite: false },
      { name: 'vip', value: true, overwrite: false },
    ]);
  });
});

test('a field is cut to the maximum length, never through a surrogate pair', async () => {
  const messages = [aMessage({ text: `${'x'.repeat(65_535)}🐎 and more` })];
  const { person } = await planned({ fields: { all: 'messages[0].text' } }, aConversation({ messages }));
  expect(person.fields).toEqual([{ name: 'all', value: 'x'.repeat(65_535), overwrite: false }]);
});

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
