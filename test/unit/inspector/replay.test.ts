import { describe, expect, test } from '@jest/globals';
import { chooseDeliveries, validateBody } from '../../../inspector/forwarder/actions.ts';
import { aDelivery } from '../../support/a-delivery.ts';
import { snapshot } from '../smartsupp/snapshots.ts';

describe('a conversation alone means', () => {
  const delivered = aDelivery({ destination: 'a', state: 'delivered' });
  const parked = aDelivery({ destination: 'b' });

  test('what did not arrive', () => {
    expect(chooseDeliveries([delivered, parked])).toEqual([parked]);
  });

  test('everything, where everything arrived', () => {
    expect(chooseDeliveries([delivered])).toEqual([delivered]);
  });
});

test('a replay takes what deliver can read, and says why it does not take the rest', () => {
  const hook = { accountId: 208, channel: { id: 1 } };
  expect(validateBody(JSON.stringify(hook))).toEqual({ ok: true, conversationId: '208:1' });
  expect(validateBody(JSON.stringify(snapshot))).toEqual({ ok: true, conversationId: '208:coXU9u5VscuzW' });
  expect(validateBody(JSON.stringify({ ...snapshot, version: 2 }))).toMatchObject({ ok: false, reason: 'invalid' });
  expect(validateBody('no JSON')).toMatchObject({ ok: false, reason: 'not-json' });
});
