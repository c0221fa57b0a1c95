import { expect, test } from '@jest/globals';
import { parseConfig } from '../../../infra/config/load.ts';
import { warningsOf } from '../../../infra/config/rules.ts';

const warnings = (config: unknown) =>
  warningsOf(parseConfig('forwarder.json', JSON.stringify(config))).map(({ text }) => text);
const hubspot = { name: 'crm', adapter: 'hubspot', customerIdField: 'shop_id' };

test('that nothing is delivered is said', () => {
  expect(warnings({ destinations: [] })).toEqual([
    '/destinations is empty: chats are stored, and nothing is delivered.',
  ]);
});

test('a field for the customer id that nothing may fill is named, and what fills it', () => {
  expect(warnings({ destinations: [hubspot] })).toEqual([
    "/destinations/0/customerIdField has no customer id to write unless one of Smartsupp's plugins for shops tells it: variables.customerId is not set.",
  ]);
  expect(warnings({ variables: { customerId: 'userId' }, destinations: [hubspot] })).toEqual([]);
});

test('a plain configuration has no warning', () => {
  expect(warnings({ destinations: [{ name: 'crm', adapter: 'hubspot' }] })).toEqual([]);
});
