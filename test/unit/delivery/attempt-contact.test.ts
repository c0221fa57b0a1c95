import { beforeEach, describe, expect, test } from '@jest/globals';
import { CrmError } from '../../../lambda/crm/port/errors.ts';
import type { Delivery } from '../../../lambda/delivery/delivery.ts';
import type { ContactLocks } from '../../../lambda/delivery/ports.ts';
import { at, now } from '../../support/a-delivery.ts';
import { createMemoryCrm } from '../../support/memory-crm.ts';
import { createAttempts, deadline, missed } from './attempts.ts';

const away = new CrmError('away', { kind: 'retryable' });

let { crm, attemptIt, failOnce } = createAttempts();
beforeEach(() => {
  ({ crm, attemptIt, failOnce } = createAttempts());
});

describe('a note is brought to another contact', () => {
  test('if the chat turns out to be another person’s', async () => {
    const moved = await attemptIt(missed('adam@example.com', 2), { after: await attemptIt() });
    expect(crm.calls.slice(3)).toEqual(['contact', 'remove', 'log']);
    expect(crm.notes).toMatchObject([{ conversationId: '' }, { contactId: '1', contentHash: '2 words' }]);
    expect(moved).toMatchObject({ state: 'delivered', contactId: '1', logId: '1', loggedHash: '2 words' });
  });

  test('and is not relied on, once the CRM was asked to take it away', async () => {
    const first = await attemptIt();
    failOnce('remove', 'after', away);
    const failed = await attemptIt(missed('adam@example.com', 2), { after: first });
    expect(failed).toMatchObject({ state: 'pending', logId: '0', loggedHash: null });
  });

  test('even if writing it there fails at first', async () => {
    const first = await attemptIt();
    failOnce('log', 'before', away);
    const failed = await attemptIt(missed('adam@example.com', 2), { after: first });
    expect(failed).toMatchObject({ state: 'pending', logId: null, loggedHash: null, contactId: '1' });
    await attemptIt(missed('adam@example.com', 2), { after: failed });
    expect(crm.notes).toMatchObject([{ conversationId: '' }, { contactId: '1' }]);
  });

  test('not if the same person was merged into another contact in the CRM', async () => {
    const first = await attemptIt();
    crm.contacts[0] = '';
    const later = await attemptIt(missed(undefined, 2), { after: first });
    expect(crm.calls.slice(3)).toEqual(['contact', 'update']);
    expect(later).toMatchObject({ state: 'delivered', contactId: '1', logId: '0' });
  });

  test('not if the other address turns out to be the same contact’s', async () => {
    const first = await attemptIt();
    crm.contacts[0] = 'eva@work.example';
    await attemptIt(missed('eva@work.example', 2), { after: first });
    expect(crm.calls.slice(3)).toEqual(['contact', 'update']);
  });
});

describe('a note in doubt, of a chat that turns out to be another person’s', () => {
  const eva = { email: 'eva@example.com', phone: null };

  test('is taken from the contact of the person whom the attempt was for that died', async () => {
    const lost = { contactId: null, personDigest: null, logId: null, loggedHash: null, followUpId: null };
    const died: Delivery = { ...(await attemptIt()), ...lost, state: 'pending', inDoubt: true, attemptedFor: [eva] };
    const moved = await attemptIt(missed('adam@example.com', 2), { after: died });
    expect(crm.notes).toMatchObject([{ conversationId: '' }, { contactId: '1', contentHash: '2 words' }]);
    expect(moved).toMatchObject({ state: 'delivered', contactId: '1', logId: '1' });
  });

  test('is taken from the contact by name alone, and none is made to look at', async () => {
    const settings = { anonymous: 'create' } as const;
    const kept = new Map<string, string>();
    const contactLocks: ContactLocks = {
      acquire: async ({ personKey }) => ({ kind: 'acquired', contactId: kept.get(personKey) }),
      release: async ({ personKey }, _, contactId) => void (contactId && kept.set(personKey, contactId)),
    };
    const died = (known: Delivery): Delivery => ({
      ...known,
      ...{ contactId: null, personDigest: null, logId: null, loggedHash: null, followUpId: null },
      ...{ state: 'pending', inDoubt: true, attemptedFor: [{ email: null, phone: null }] },
    });
    const byName = await attemptIt(missed(null), { settings, contactLocks });
    const named = await attemptIt(missed('adam@example.com', 2), { after: died(byName), settings, contactLocks });
    expect(crm.notes).toMatchObject([{ conversationId: '' }, { contactId: '1', contentHash: '2 words' }]);
    expect(named).toMatchObject({ state: 'delivered', contactId: '1', logId: '1' });

    kept.clear();
    await attemptIt(missed('adam@example.com', 3), { after: died(named), settings, contactLocks });
    expect(crm.contacts).toHaveLength(2);
  });
});

describe('while a note may be on the contact of a person whom an earlier attempt was for', () => {
  const attemptedFor = [{ email: 'eva@example.com', phone: null }];
  const left = { state: 'pending', inDoubt: true, attemptedFor } as const;

  test('nothing is written as long as another process works on that contact', async () => {
    const unknown = { contactId: null, personDigest: null, logId: null, loggedHash: null, followUpId: null };
    const died: Delivery = { ...(await attemptIt()), ...left, ...unknown };
    const contactLocks: ContactLocks = {
      acquire: async ({ personKey }) =>
        personKey === 'email#eva@example.com' ? { kind: 'busy' } : { kind: 'acquired', contactId: undefined },
      release: async () => {},
    };
    const waits = await attemptIt(missed('adam@example.com', 2), { after: died, contactLocks });
    expect(waits).toMatchObject({
      state: 'pending',
      inDoubt: true,
      attemptedFor: expect.arrayContaining(attemptedFor),
    });
    expect(crm.notes).toMatchObject([{ contactId: '0', contentHash: '1 words' }]);
  });

  test('the note that is known stays, even in a CRM that finds it whatever the contact', async () => {
    const { adapter } = crm;
    const findConversation: typeof adapter.findConversation = async (entry) => {
      const at = crm.notes.findIndex(({ conversationId }) => conversationId === entry.conversation.id);
      return at === -1 ? undefined : String(at);
    };
    ({ attemptIt } = createAttempts({ ...crm, adapter: { ...adapter, findConversation } }));
    const written = await attemptIt(missed('adam@example.com'));
    await attemptIt(missed('adam@example.com'), { after: { ...written, ...left, followUpId: null } });
    expect(crm.notes).toMatchObject([{ contactId: '0', contentHash: '1 words' }]);
  });
});

test('a follow-up in doubt is not forgotten by a copy that needs none', async () => {
  const died: Delivery = { ...(await attemptIt()), state: 'pending', followUpId: null, inDoubt: true };
  const answered = await attemptIt({ ...missed(undefined, 2), outcome: 'answered' }, { after: died });
  expect(answered).toMatchObject({ state: 'delivered', inDoubt: true });
  await attemptIt(missed(undefined, 3), { after: answered });
  expect(crm.tasks).toHaveLength(1);
});

describe('the contact is locked while it is looked up', () => {
  let locking: unknown[][];
  let lock: Awaited<ReturnType<ContactLocks['acquire']>>;
  beforeEach(() => {
    locking = [];
    lock = { kind: 'acquired', contactId: undefined };
  });
  const contactLocks: ContactLocks = {
    acquire: async ({ personKey }, until) => {
      locking.push(['acquire', personKey, until]);
      return lock;
    },
    release: async ({ personKey }, until, contactId) => void locking.push(['release', personKey, until, contactId]),
  };
  const key = 'email#eva@example.com';

  test('and kept with its lock', async () => {
    await attemptIt(undefined, { contactLocks });
    expect(locking).toEqual([
      ['acquire', key, deadline],
      ['release', key, deadline, '0'],
    ]);
  });

  test('by each of the person’s keys, and kept with the first: colleagues share a number', async () => {
    await attemptIt(undefined, { contactLocks, identity: { phone: '+420601123456' } });
    expect(locking).toEqual([
      ['acquire', key, deadline],
      ['acquire', 'phone#+420601123456', deadline],
      ['release', key, deadline, '0'],
      ['release', 'phone#+420601123456', deadline, undefined],
    ]);
  });

  test('so two chats of a person at the same moment, one with the number alone, make one contact', async () => {
    const locked = new Set<string>();
    const real: ContactLocks = {
      acquire: async ({ personKey }) => {
        if (locked.has(personKey)) return { kind: 'busy' };
        locked.add(personKey);
        return { kind: 'acquired', contactId: undefined };
      },
      release: async ({ personKey }) => void locked.delete(personKey),
    };
    const phone = '+420601123456';
    const [both, numberAlone] = await Promise.all([
      attemptIt(undefined, { contactLocks: real, identity: { phone } }),
      attemptIt(missed(null), { contactLocks: real, identity: { phone } }),
    ]);
    expect([both.state, numberAlone.state].toSorted()).toEqual(['delivered', 'pending']);
    expect(crm.calls.filter((call) => call === 'contact')).toHaveLength(1);
    expect(locked).toEqual(new Set());
  });

  test('and if another process has the second lock, the first is given back', async () => {
    const acquire: ContactLocks['acquire'] = async (person, until) => {
      const isFirst = person.personKey === key;
      return isFirst ? contactLocks.acquire(person, until) : { kind: 'busy' };
    };
    const identity = { phone: '+420601123456' };
    await attemptIt(undefined, { contactLocks: { ...contactLocks, acquire }, identity });
    expect(locking).toEqual([
      ['acquire', key, deadline],
      ['release', key, deadline, undefined],
    ]);
    expect(crm.calls).toEqual([]);
  });

  test('and unlocked if that fails', async () => {
    failOnce('contact', 'before', away);
    await attemptIt(undefined, { contactLocks });
    expect(locking.at(-1)).toEqual(['release', key, deadline, undefined]);
  });

  test('and stays locked until the lock runs out, if the contact may be created yet', async () => {
    failOnce('contact', 'after', new CrmError('reset', { kind: 'retryable' }, { outcomeUnknown: true }));
    await attemptIt(undefined, { contactLocks });
    expect(locking).toEqual([['acquire', key, deadline]]);
  });

  test('and if another process has the lock, the chat returns within 2 seconds, which counts as no attempt', async () => {
    lock = { kind: 'busy' };
    const postponed = await attemptIt(undefined, { contactLocks });
    expect(postponed).toMatchObject({ state: 'pending', attempts: 0, reason: null, history: [] });
    expect(Date.parse(postponed.nextAttemptAt ?? '') - now.getTime()).toBeLessThanOrEqual(2000);
    expect(crm.calls).toEqual([]);
  });

  test('but not if the CRM keeps e-mails unique', async () => {
    ({ crm, attemptIt } = createAttempts(createMemoryCrm({ keepsEmailsUnique: true })));
    expect(await attemptIt(undefined, { contactLocks })).toMatchObject({ state: 'delivered' });
    expect(locking).toEqual([]);
    await attemptIt(missed(null), { contactLocks, identity: { phone: '+420601123456' } });
    expect(locking).toHaveLength(2);
  });

  test('but if such a CRM refuses the address, the contact is made in turn, and kept for the next chat', async () => {
    ({ crm, attemptIt, failOnce } = createAttempts(createMemoryCrm({ keepsEmailsUnique: true })));
    const refused = [{ part: 'email', field: 'email', code: 'INVALID_EMAIL' } as const];
    const refusal = new CrmError('Invalid email', { kind: 'permanent' }, { status: 400, vendor: 'HubSpot', refused });
    failOnce('contact', 'before', refusal);
    expect(await attemptIt(undefined, { contactLocks })).toMatchObject({
      state: 'delivered',
      contactId: '0',
      warnings: ['email (INVALID_EMAIL)'],
    });
    expect(locking).toEqual([
      ['acquire', key, deadline],
      ['release', key, deadline, '0'],
    ]);
    lock = { kind: 'acquired', contactId: '0' };
    failOnce('contact', 'before', refusal);
    await attemptIt(undefined, { contactLocks });
    expect(crm.contacts).toHaveLength(1);
  });

  test('by what is left of the person when the CRM has refused the address', async () => {
    const refused = [{ part: 'email', field: 'email', code: 'INVALID_EMAIL' } as const];
    failOnce('contact', 'before', new CrmError('Invalid', { kind: 'permanent' }, { status: 400, refused }));
    await attemptIt(undefined, { contactLocks, identity: { phone: '+420601123456' } });
    expect(locking.map(([what, personKey]) => [what, personKey])).toEqual([
      ['acquire', key],
      ['acquire', 'phone#+420601123456'],
      ['release', key],
      ['release', 'phone#+420601123456'],
      ['acquire', 'phone#+420601123456'],
      ['release', 'phone#+420601123456'],
    ]);
  });

  test('and an error of the store is thrown, not counted as the CRM’s', async () => {
    const broken = new Error('the table is away');
    const acquire = () => Promise.reject(broken);
    await expect(attemptIt(undefined, { contactLocks: { ...contactLocks, acquire } })).rejects.toBe(broken);
  });
});

describe('a chat of a visitor who left nothing', () => {
  test('is looked at again after 10 seconds, and then held for the visitor', async () => {
    const looked = await attemptIt(missed(null));
    expect(looked).toMatchObject({ state: 'pending', awaitsSecondLook: true, attempts: 0, nextAttemptAt: at(10) });
    const held = await attemptIt(missed(null), { after: looked });
    expect(held).toMatchObject({ state: 'held', heldFor: '208#7', awaitsSecondLook: false, nextAttemptAt: null });
  });

  test('goes to the contact of another chat that identifies them', async () => {
    await attemptIt(missed(null), { identity: { email: 'eva@example.com' } });
    expect([crm.contacts, crm.notes.length]).toEqual([['eva@example.com'], 1]);
  });

  test('is skipped at once if the settings say so', async () => {
    const settings = { anonymous: 'skip' } as const;
    expect(await attemptIt(missed(null), { settings })).toMatchObject({ state: 'skipped', awaitsSecondLook: false });
  });

  test('is held at once if there is no visitor to wait for', async () => {
    expect(await attemptIt(missed(null, 1, null))).toMatchObject({ state: 'held', heldFor: null });
  });
});
