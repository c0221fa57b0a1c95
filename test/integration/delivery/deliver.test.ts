import { describe, expect, test } from '@jest/globals';
import { CrmError } from '../../../lambda/crm/port/errors.ts';
import { seal } from '../../../lambda/queue/envelope.ts';
import { createMemoryCrm, removed } from '../../support/memory-crm.ts';
import { createSystem, id, message, noClaimCheck, now, pass } from './stage.ts';

describe('a chat', () => {
  test('becomes one contact and one note', async () => {
    const crm = createMemoryCrm();
    const { deliver, state } = createSystem({ crm });
    expect(await deliver(await message())).toBeUndefined();
    expect(crm.contacts).toHaveLength(1);
    expect(crm.notes).toMatchObject([{ contactId: '0', conversationId: id() }]);
    expect(await state('crm')).toMatchObject({ state: 'delivered', contactId: '0', logId: '0', attempts: 1 });
  });

  test('that comes five times is still one note', async () => {
    const crm = createMemoryCrm();
    const { deliver } = createSystem({ crm });
    const same = await message();
    for (let times = 0; times < 5; times += 1) await deliver(same);
    expect(crm.calls).toEqual(['contact', 'log']);
  });

  test('that comes twenty times at once is still one note, and the others come back soon', async () => {
    const crm = createMemoryCrm();
    const { deliver } = createSystem({ crm });
    const same = await message();
    const redeliveries = await Promise.all(Array.from({ length: 20 }, () => deliver(same)));
    expect(crm.calls).toEqual(['contact', 'log']);
    const waits = redeliveries.flatMap((redelivery) => (redelivery ? [redelivery.at.getTime() - now().getTime()] : []));
    expect(Math.max(0, ...waits)).toBeLessThanOrEqual(3000);
    pass(3);
    const later = await Promise.all(redeliveries.map(() => deliver(same)));
    expect(later.every((redelivery) => redelivery === undefined)).toBe(true);
    expect(crm.notes).toHaveLength(1);
  });

  test('that went on updates its note', async () => {
    const crm = createMemoryCrm();
    const { deliver, state } = createSystem({ crm });
    await deliver(await message());
    await deliver(await message({ words: ['Hello', 'Still there?'] }));
    expect(crm.calls).toEqual(['contact', 'log', 'contact', 'update']);
    expect(crm.notes).toHaveLength(1);
    expect(crm.notes[0]?.contentHash).toBe((await state('crm'))?.contentHash);
  });

  describe.each([
    ['keeps addresses unique', { keepsEmailsUnique: true }],
    ['does not', {}],
  ] as const)('that went on with another person, at a CRM that %s', (_, kind) => {
    test.each([
      ['contact', 'after'],
      ['contact', 'before'],
      ['log', 'after'],
      ['log', 'before'],
      ['remove', 'after'],
      ['remove', 'before'],
    ] as const)(
      'is theirs and no more the first one’s, though a %s is broken off %s it takes effect',
      async (...broken) => {
        const crm = createMemoryCrm(kind);
        const { deliver, state } = createSystem({ crm });
        const [adam, bela] = [`adam@${id().replace(':', '-')}.cz`, `bela@${id().replace(':', '-')}.cz`];
        await deliver(await message({ email: adam }));
        const later = await message({ email: bela, words: ['Hello', 'This is between us'] });
        crm.disturb((...at) => {
          if (at.slice(0, 2).join() === broken.join())
            throw new CrmError('Time-out', { kind: 'retryable' }, { outcomeUnknown: true });
        });
        const redelivery = await deliver(later);
        crm.disturb(() => {});
        pass(redelivery === undefined ? 0 : (redelivery.at.getTime() - now().getTime()) / 1000);
        await deliver(later);
        const { contactId, logId } = (await state('crm')) ?? {};
        expect(crm.contacts[Number(contactId)]).toBe(bela);
        expect(crm.notes).toEqual([removed, expect.objectContaining({ contactId })]);
        expect(logId).toBe('1');
      },
    );
  });

  test('that went on after its contact was merged updates its note', async () => {
    const crm = createMemoryCrm();
    const { deliver, ledger, state } = createSystem({ crm });
    await deliver(await message());
    const known = await state('crm');
    if (known === undefined) throw new Error('It was not delivered.');
    await ledger.write(id(), { ...known, contactId: 'the merged one', version: known.version + 1 });
    await deliver(await message({ words: ['Hello', 'Still there?'] }));
    expect(crm.calls).toEqual(['contact', 'log', 'contact', 'update']);
  });

  test('whose older copy comes late leaves the note alone', async () => {
    const crm = createMemoryCrm();
    const { deliver } = createSystem({ crm });
    const older = await message();
    await deliver(await message({ words: ['Hello', 'Still there?'] }));
    expect(await deliver(older)).toBeUndefined();
    expect(crm.calls).toEqual(['contact', 'log']);
  });

  test('and another of the same new visitor at the same moment make one contact', async () => {
    const crm = createMemoryCrm();
    const { deliver } = createSystem({ crm });
    const chats = [await message({ channel: 900_001 }), await message({ channel: 900_002 })];
    const untils = await Promise.all(chats.map(deliver));
    pass(2);
    await Promise.all(chats.filter((_, index) => untils[index] !== undefined).map(deliver));
    expect(crm.contacts).toHaveLength(1);
    expect(crm.notes).toHaveLength(2);
  });

  test('waits for no other if the CRM keeps addresses unique', async () => {
    const crm = createMemoryCrm({ keepsEmailsUnique: true });
    const { deliver } = createSystem({ crm });
    const chats = [await message({ channel: 900_005 }), await message({ channel: 900_006 })];
    expect(await Promise.all(chats.map(deliver))).toEqual([undefined, undefined]);
    expect(crm.contacts).toHaveLength(1);
    expect(crm.calls.toSorted()).toEqual(['contact', 'contact', 'log', 'log']);
  });
});

describe('a message that nobody can read', () => {
  test.each([
    ['is no envelope', async () => 'rubbish'],
    ['holds no chat', () => seal('{}', now(), noClaimCheck)],
  ])('is kept as rejected and leaves the queue: it %s', async (_what, write) => {
    const { deliver, lines } = createSystem({});
    expect(await deliver(await write())).toBeUndefined();
    expect(lines).toMatchObject([{ message: 'unreadable message kept as rejected' }]);
  });
});

test('no log line holds what the visitor typed, or who it was', async () => {
  const crm = createMemoryCrm();
  crm.disturb(() => {
    throw new CrmError('Contact eva@example.com said: Hello', { kind: 'permanent' });
  });
  const { deliver, lines } = createSystem({ crm });
  await deliver(await message({ words: ['Hello'] }));
  expect(JSON.stringify(lines)).not.toMatch(/eva|hello/i);
});
