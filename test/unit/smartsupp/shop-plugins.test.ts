import { describe, expect, test } from '@jest/globals';
import type { DocumentedHook as Hook } from '../../../lambda/smartsupp/hook.schema.ts';
import { toConversation } from '../../../lambda/smartsupp/to-conversation.ts';

type Variables = NonNullable<NonNullable<Hook['visitor']>['variables']>;

const chat = (name: string | null, variables: Variables, messages: Hook['messages'] = []) =>
  toConversation({ accountId: 208, channel: { id: 1 }, visitor: { name, variables }, messages });
const shopOf = (variables: Variables) => chat('Eva', variables).shop;

describe('a chat from the plugin for', () => {
  test('WordPress has the customer’s number behind the name', () => {
    const { visitor, shop } = chat('Jan Novák (42)', {
      userName: 'jan',
      email: 'jan@shop.example',
      role: 'subscriber',
    });
    expect(visitor).toMatchObject({ name: 'Jan Novák', email: 'jan@shop.example' });
    expect(shop).toMatchObject({ platform: 'wordpress', customerId: '42', spending: null, orders: null });
  });

  test('WooCommerce has amounts and places as texts, with entities', () => {
    const variables = { billingLocation: 'Praha, CZ', spent: '1234.50 &#75;&#269;', order: '7', role: 'a ,b' };
    const { visitor, shop } = chat('Jan Novák (42)', variables);
    expect(shop).toEqual({
      platform: 'woocommerce',
      customerId: '42',
      phone: null,
      spending: 1234.5,
      orders: 7,
      city: 'Praha',
      countryCode: 'CZ',
    });
    expect(visitor.variables).toContainEqual({ key: 'spent', label: 'spent', value: '1234.50 Kč' });
    expect(shopOf({ billingLocation: ', CZ' })).toMatchObject({ city: null, countryCode: 'CZ' });
    expect(shopOf({ billingLocation: '-' })).toMatchObject({ city: null, countryCode: null });
  });

  test('PrestaShop has them under other names', () => {
    const variables = { id: 42, name: 'Jan Novák', phone: '601 123 456', role: 'x', spending: '€12', orders: 3 };
    expect(chat('Jan Novák', variables).shop).toMatchObject({
      platform: 'prestashop',
      customerId: '42',
      phone: '601 123 456',
      spending: 12,
      orders: 3,
    });
  });

  test('Shopware has name and address only as variables', () => {
    const { visitor, shop } = chat(null, {
      id: 42,
      name: 'Eva Malá',
      email: 'eva@shop.example',
      spending: 12.5,
      orders: 3,
    });
    expect(visitor).toMatchObject({ name: 'Eva Malá', email: 'eva@shop.example' });
    expect(shop).toMatchObject({ platform: 'shopware', customerId: '42', spending: 12.5, orders: 3 });
  });

  test('Magento has HTML entities in the name', () => {
    const { visitor, shop } = chat('Sin&#xe9;ad O&#039;Neil &amp; co', { id: 42 });
    expect(visitor.name).toBe("Sinéad O'Neil & co");
    expect(shop).toMatchObject({ platform: 'magento', customerId: '42' });
    expect(shopOf({ id: 42, phone: '601123456' })).toMatchObject({ platform: 'magento', phone: '601123456' });
  });

  test('Shoptet has the user’s own id', () => {
    expect(shopOf({ shoptet_guid: 'visit', shoptet_user_guid: 'user', authenticated: true })).toMatchObject({
      platform: 'shoptet',
      customerId: 'user',
    });
    expect(shopOf({ shoptet_guid: 'visit' })).toMatchObject({ platform: 'shoptet', customerId: null });
  });
});

test('a visitor who is not logged in has no customer id', () => {
  expect(shopOf({ id: 0, spending: '0', orders: 0 })).toMatchObject({ customerId: null, spending: 0, orders: 0 });
});

test('variables of the shop’s own make no plugin, and stay as they are', () => {
  const variables = { userId: 42, role: '&amp;', orderedPrice: 128, name: 'Eva', email: 'eva@shop.example' };
  const { shop, visitor } = chat(null, variables);
  expect(shop).toBeNull();
  expect(visitor).toMatchObject({ name: null, email: null });
  expect(visitor.variables).toContainEqual({ key: 'role', label: 'role', value: '&amp;' });
});

test('a number that a visitor typed behind the name is nobody’s customer id', () => {
  expect(chat('Jan Novák (42)', {})).toMatchObject({ visitor: { name: 'Jan Novák' }, shop: null });
  expect(chat('Jan Novák (42)', { id: 7 }).shop).toMatchObject({ customerId: '7' });
});

test('the visitor’s messages have the clean name, too', () => {
  const { messages } = chat('Jan Novák (42)', { userName: 'jan' }, [
    { type: 'visitor', name: 'Jan Novák (42)', content: 'Hello' },
    { type: 'agent', name: 'Eva (42)', from: 'agent:3', content: 'Hi' },
  ]);
  expect(messages.map(({ name }) => name)).toEqual(['Jan Novák', 'Eva (42)']);
});

test.each([
  ['1234.50 Kč', 1234.5],
  ['1 234,50 Kč', 1234.5],
  ['1,234.50', 1234.5],
  ['1.234,50 €', 1234.5],
  ['1.234', 1234],
  ['12,5', 12.5],
  ['€12', 12],
  ['&euro;12', 12],
  ['CZK', null],
  ['1 or 2', null],
])('a price written as %j is the number %j', (spent, amount) => {
  expect(shopOf({ spent })?.spending ?? null).toBe(amount);
});

describe('with a configured platform', () => {
  const read = (platform: 'shopware' | 'wordpress' | 'magento', name: string | null, variables: Variables) =>
    toConversation({ accountId: 208, channel: { id: 1 }, visitor: { name, variables }, messages: [] }, platform);

  test('a chat is one of its plugin, whatever other variables there are', () => {
    const variables = { id: 42, name: 'Eva Malá', company: 'ACME' };
    expect(chat(null, variables)).toMatchObject({ visitor: { name: null }, shop: null });
    const { visitor, shop } = read('shopware', null, variables);
    expect(visitor.name).toBe('Eva Malá');
    expect(shop).toMatchObject({ platform: 'shopware', customerId: '42' });
  });

  test('the number behind a name is a customer’s only if the plugin writes it there', () => {
    expect(read('wordpress', 'Jan Novák (42)', {})).toMatchObject({
      visitor: { name: 'Jan Novák' },
      shop: { platform: 'wordpress', customerId: '42' },
    });
    expect(read('magento', 'Jan Novák (42)', {})).toMatchObject({
      visitor: { name: 'Jan Novák (42)' },
      shop: { platform: 'magento', customerId: null },
    });
  });
});
