import { expect, test } from '@jest/globals';
import { keptForAWhile } from '../../../cli/commands/erase/not-erased.ts';

test('an erasure says what a CRM keeps for a while, if anything was removed from it', () => {
  const destinations = [
    { name: 'espo', adapter: 'espocrm', baseUrl: 'https://crm.example.com' },
    { name: 'shop', adapter: 'webhook', url: 'https://shop.example/chats' },
  ] as const;
  expect(keptForAWhile({ destinations }, ['espo', 'shop'])).toEqual([expect.stringMatching(/^espo: .*two months/)]);
  expect(keptForAWhile({ destinations }, [])).toEqual([]);
});
