import { describe, expect, test } from '@jest/globals';
import { createMemoryCrm } from '../../support/memory-crm.ts';
import { createSystem, message } from './stage.ts';

describe('a rule', () => {
  test('keeps a chat from one destination, and from no other', async () => {
    const fussy = { ...createMemoryCrm(), settings: { when: 'visitor.countryCode = "DE"' } };
    const crm = createMemoryCrm();
    const { deliver, state } = createSystem({ fussy, crm });
    expect(await deliver(await message())).toBeUndefined();
    expect(await state('fussy')).toMatchObject({ state: 'skipped', reason: 'The rule does not match (when).' });
    expect([fussy.calls, crm.calls]).toEqual([[], ['contact', 'log']]);
  });

  test('is asked again when the chat has gone on', async () => {
    const crm = { ...createMemoryCrm(), settings: { minMessages: 3 } };
    const { deliver, state } = createSystem({ crm });
    await deliver(await message());
    expect(await state('crm')).toMatchObject({ state: 'skipped' });
    await deliver(await message({ words: ['Hello', 'Still there?'] }));
    expect(await state('crm')).toMatchObject({ state: 'delivered' });
  });

  test('that fails on a chat parks it, in words that tell no visitor’s', async () => {
    const crm = { ...createMemoryCrm(), settings: { when: '$number(visitor.name) > 1' } };
    const { deliver, state } = createSystem({ crm });
    await deliver(await message());
    const parked = await state('crm');
    expect(parked).toMatchObject({ state: 'parked', fault: 'permanent' });
    expect(parked?.reason).toMatch(/destination "crm", when failed on this chat: .* \(JSONata D3030\)/);
    expect(parked?.reason).not.toContain('Eva');
  });
});
