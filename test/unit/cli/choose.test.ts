import { describe, expect, test } from '@jest/globals';
import { chooseDeliveries } from '../../../inspector/forwarder/replay.ts';
import { aDelivery } from '../../support/a-delivery.ts';

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
