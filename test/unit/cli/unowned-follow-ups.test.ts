import { expect, test } from '@jest/globals';
import { unownedFollowUps } from '../../../cli/commands/doctor/configuration.ts';

const shop = { name: 'shop' } as const;

test.each([
  ['hubspot', undefined, "nobody's"],
  ['espocrm', 'task', "the API user's, who cannot log in"],
  ['espocrm', 'ticket', "nobody's"],
  ['odoo', undefined, "the forwarder's own user's"],
] as const)('a follow-up in %s (%s) without owners is %s, and doctor says so', (adapter, as, owner) => {
  const followUp = as && { as };
  expect(unownedFollowUps({ ...shop, adapter, followUp })).toMatchObject([
    { status: 'warning', text: expect.stringContaining(owner) },
  ]);
  expect(unownedFollowUps({ ...shop, adapter, followUp, owners: { fallback: '7' } })).toEqual([]);
  expect(unownedFollowUps({ ...shop, adapter, followUp: { on: [] } })).toEqual([]);
});

test('a follow-up that somebody sees all the same is not told of', () => {
  expect(unownedFollowUps({ ...shop, adapter: 'zendesk' })).toEqual([]);
});
