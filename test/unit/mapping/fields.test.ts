import { describe, expect, test } from '@jest/globals';
import { createPlanner } from '../../../lambda/mapping/plan.ts';
import { aConversation, aMessage } from '../../fixtures/conversation.ts';
import { identityOf } from '../../fixtures/identity.ts';
import { now, planned } from './planning.ts';

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
