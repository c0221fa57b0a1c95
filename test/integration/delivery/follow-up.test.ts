import { describe, expect, test } from '@jest/globals';
import { CrmError } from '../../../lambda/crm/port/errors.ts';
import { referTo } from '../../../lambda/queue/envelope.ts';
import { createMemoryCrm } from '../../support/memory-crm.ts';
import { createSystem, id, message, pass } from './stage.ts';

const lost = (which: string) => (call: string, when: string) => {
  if (call !== which || when !== 'after') return;
  throw new CrmError('no answer in time', { kind: 'retryable' }, { outcomeUnknown: true });
};

describe('a chat that nobody answered', () => {
  test('leaves a task, once, however often it comes', async () => {
    const crm = createMemoryCrm();
    const { deliver, state } = createSystem({ crm });
    const missed = await message({ answered: false });
    await deliver(missed);
    await deliver(missed);
    await deliver(await message({ answered: false, words: ['Hello', 'Anybody?'] }));
    expect(crm.calls).toEqual(['contact', 'log', 'task', 'contact', 'update']);
    expect(crm.tasks).toEqual([{ conversationId: id(), title: expect.stringContaining('Eva'), ownerId: null }]);
    expect(await state('crm')).toMatchObject({ state: 'delivered', followUpId: '0' });
  });

  test('keeps its note when the task fails, and goes on from there', async () => {
    const crm = createMemoryCrm();
    const { deliver, state } = createSystem({ crm });
    crm.disturb((call) => {
      if (call === 'task') throw new CrmError('busy', { kind: 'retryable' });
    });
    const missed = await message({ answered: false });
    await deliver(missed);
    expect(await state('crm')).toMatchObject({ state: 'pending', logId: '0', followUpId: null, inDoubt: false });
    crm.disturb(() => {});
    pass(6);
    await deliver(missed);
    expect(crm.calls).toEqual(['contact', 'log', 'task', 'contact', 'task']);
  });

  test('whose task was made and the answer lost gets no second one', async () => {
    const crm = createMemoryCrm();
    const { deliver, state } = createSystem({ crm });
    crm.disturb(lost('task'));
    const missed = await message({ answered: false });
    await deliver(missed);
    crm.disturb(() => {});
    pass(90);
    await deliver(missed);
    expect([crm.notes.length, crm.tasks.length]).toEqual([1, 1]);
    expect(crm.calls).toEqual(['contact', 'log', 'task', 'contact', 'update', 'find task']);
    expect(await state('crm')).toMatchObject({ state: 'delivered', inDoubt: false });
  });

  test('leaves none if it was imported, not even once an attempt has failed; and one if it goes on later', async () => {
    const crm = createMemoryCrm();
    const { deliver, state } = createSystem({ crm });
    crm.disturb((call) => {
      if (call === 'log') throw new CrmError('busy', { kind: 'retryable' });
    });
    await deliver(await message({ answered: false, isHistory: true }));
    crm.disturb(() => {});
    pass(6);
    await deliver(referTo(id(), ['crm']));
    expect(await state('crm')).toMatchObject({ state: 'delivered', isHistory: true });
    expect([crm.notes.length, crm.tasks.length]).toEqual([1, 0]);

    await deliver(await message({ answered: false, words: ['Hello', 'Anybody?'] }));
    expect(await state('crm')).toMatchObject({ state: 'delivered', isHistory: false });
    expect([crm.notes.length, crm.tasks.length]).toEqual([1, 1]);
  });

  test('still leaves one if an imported copy of it comes before it is delivered', async () => {
    const crm = createMemoryCrm();
    const { deliver } = createSystem({ crm });
    crm.disturb(() => {
      throw new CrmError('busy', { kind: 'retryable' });
    });
    await deliver(await message({ answered: false }));
    crm.disturb(() => {});
    pass(6);
    await deliver(await message({ answered: false, words: ['Hello', 'Anybody?'], isHistory: true }));
    expect([crm.notes.length, crm.tasks.length]).toEqual([1, 1]);
  });

  test('leaves none if the configuration wants none', async () => {
    const crm = { ...createMemoryCrm(), settings: { followUp: { on: [] } } };
    const { deliver } = createSystem({ crm });
    await deliver(await message({ answered: false }));
    expect(crm.tasks).toEqual([]);
  });
});
