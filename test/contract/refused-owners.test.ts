import { describe, expect, test } from '@jest/globals';
import { aFollowUp } from '../fixtures/conversation.ts';
import { deliver, deliverAll } from './delivering.ts';
import { kept } from './driving.ts';
import { bad, chat, keepers, kindsOf, ten, visitor } from './refusing.ts';
import type { Subject } from './subject.ts';
import { declared, useTrial } from './trial.ts';

describe.each(keepers)('%s: an owner whom the CRM refuses', (_, subject: Subject) => {
  const trial = useTrial(subject);
  const traits = declared(subject.contacts);
  const aName = kept(traits);
  const [kind] = kindsOf(subject);
  const followUp = kind === undefined ? null : aFollowUp({ kind });

  const users = traits.owners ?? traits.noteOwners;
  if (users !== null) {
    const [gone, here] = users;
    test('an owner who has left: contact, note and follow-up are written without', async () => {
      const { adapter, contacts, crm } = trial();
      crm.refusals.goneUsers.add(gone);
      contacts().add({ email: 'visitor-1@example.com', ...aName });
      const deliveries = await deliverAll(
        adapter,
        ten.map((at) => {
          const ownerId = at === bad || at === 1 ? gone : here;
          return {
            person: visitor(at, { ownerId }),
            conversation: { ...chat, id: `208:${at + 1}` },
            ownerId,
            followUp,
          };
        }),
      );
      expect(deliveries.map(({ state, reason }) => [state, reason])).toEqual(ten.map(() => ['delivered', null]));
      expect(contacts().all()).toHaveLength(10);
      expect(crm.logs()).toHaveLength(10);
      expect(declared(deliveries[bad]).warnings).toHaveLength(1);
      if (followUp !== null) {
        const made = trial().followUps().all();
        expect(made).toHaveLength(10);
        expect(made.filter(({ ownerId }) => ownerId === gone)).toEqual([]);
      }
    });
  }

  if (traits.takesInactiveOwners) {
    const [gone, here] = declared(traits.owners);
    test.each(kindsOf(subject))(
      'an owner who cannot log in any more is taken: the %s is not theirs, and `check` tells',
      async (as) => {
        const { adapter, open, contacts, crm } = trial();
        crm.refusals.inactiveUsers.add(gone);
        contacts().add({ email: 'visitor-1@example.com', ...aName, ownerId: here });
        const delivery = await deliver(adapter, {
          person: visitor(1, { ownerId: gone }),
          conversation: chat,
          ownerId: gone,
          followUp: aFollowUp({ kind: as }),
        });
        expect(delivery).toMatchObject({
          state: 'delivered',
          reason: null,
          warnings: [expect.stringContaining('inactive')],
        });
        const [made] = trial().followUps().all();
        expect(made).toMatchObject(as === 'task' ? { kind: as, ownerId: here } : { kind: as });
        expect(made?.ownerId).not.toBe(gone);
        const misled = await open({ changes: { owners: { fallback: gone } } });
        expect(await misled.check()).toMatchObject([{ problem: expect.stringContaining(gone) }]);
      },
    );

    test('the fallback, too: the follow-up is the user’s whose credentials we have', async () => {
      const { open, contacts, crm } = trial();
      crm.refusals.inactiveUsers.add(gone);
      contacts().add({ email: 'visitor-1@example.com', ...aName, ownerId: gone });
      const adapter = await open({ changes: { owners: { fallback: gone } } });
      const person = visitor(1, { ownerId: gone });
      const delivery = await deliver(adapter, { person, conversation: chat, ownerId: gone, followUp });
      expect(delivery).toMatchObject({ state: 'delivered', warnings: [expect.stringContaining('inactive')] });
      expect(trial().followUps().all()).toHaveLength(1);
      expect(trial().followUps().all()[0]?.ownerId).not.toBe(gone);
    });
  }
});
