import { describe, expect, test } from '@jest/globals';
import type { CrmAdapter, FollowUp, FollowUpKind, FollowUpRequest } from '../../lambda/crm/port/adapter.ts';
import { aConversation, anEntry } from '../fixtures/conversation.ts';
import { aPerson, failure, one, upsert } from './driving.ts';
import type { FollowUpTraits, Subject } from './subject.ts';
import { subjects } from './subjects.ts';
import { declared, useTrial } from './trial.ts';

/** Noon in UTC is the same day for everybody who may look at it in these tests. */
const dueAt = '2026-05-04T12:30:00.000Z';
const significant = { minute: 16, day: 10, none: 0 };

const cases = Object.entries(subjects).flatMap(([name, subject]) =>
  (Object.entries(subject.followUps) as [FollowUpKind, FollowUpTraits][]).map(
    ([kind, traits]) => [`${name}: a ${kind}`, subject, kind, traits] as const,
  ),
);

describe.each(cases)('%s', (_, subject: Subject, kind: FollowUpKind, traits: FollowUpTraits) => {
  const trial = useTrial(subject);
  const followUp: FollowUp = { kind, reason: 'missed', title: "Answer the missed chat with Eva O'Hara & Sons", dueAt };

  async function request(adapter: CrmAdapter, parts: Partial<FollowUpRequest> = {}): Promise<FollowUpRequest> {
    const contactId = subject.contacts === null ? undefined : await upsert(adapter, aPerson());
    return { ...anEntry(aConversation({ outcome: 'missed' }), contactId), followUp, ...parts };
  }

  test.each(['missed', 'offline', 'lowRating'] as const)(
    'says what to do after "%s", by when and for whom',
    async (reason) => {
      const { adapter, followUps } = trial();
      const { create } = declared(adapter.followUps);
      const asked = await request(adapter, { followUp: { ...followUp, reason } });
      const id = await one(create, asked);
      const [seen, ...others] = followUps().all();
      expect(others).toEqual([]);
      expect(seen).toMatchObject({ id, kind, title: followUp.title });
      if (asked.contactId !== undefined) expect(seen?.contactId).toBe(asked.contactId);
      const digits = significant[traits.due];
      expect(seen?.dueAt?.slice(0, digits) ?? '').toBe(dueAt.slice(0, digits));
    },
  );

  if (traits.owners !== null) {
    const [, jana] = traits.owners;
    test('is for the user whose chat it was', async () => {
      const { adapter, followUps } = trial();
      await one(declared(adapter.followUps).create, await request(adapter, { ownerId: jana }));
      expect(followUps().all()).toMatchObject([{ ownerId: jana }]);
    });
  }

  test('has a title of one line, whatever the visitor is called', async () => {
    const { adapter, followUps } = trial();
    const title = `Answer Eva\r\n\u202e${'🚲'.repeat(400)}`;
    await one(declared(adapter.followUps).create, await request(adapter, { followUp: { ...followUp, title } }));
    const [seen] = followUps().all();
    expect(seen?.title).toMatch(/^Answer Eva \S*🚲/u);
    expect(seen?.title.length).toBeLessThanOrEqual(255);
    expect(seen?.title.isWellFormed()).toBe(true);
    expect(seen?.title).not.toMatch(/[\n\r\u202e]/);
  });

  test.each([{ status: 500 }, 'reset', 'half', 'silence'] as const)(
    'whose answer was lost (%j) is found',
    async (how) => {
      const { adapter, open, crm, followUps } = trial();
      const asked = await request(adapter);
      const { find } = declared(adapter.followUps);
      const { create } = declared((await open({ hasty: how === 'silence' })).followUps);
      expect(await find(asked)).toBeUndefined();
      crm.server.inject({ on: followUps().isCreate, how, takesEffect: true });
      expect(await failure(one(create, asked))).toMatchObject({ fault: { kind: 'retryable' }, outcomeUnknown: true });
      expect(await find(asked)).toBe(followUps().all()[0]?.id);
      const another = { ...asked, conversation: aConversation({ id: '208:5503', channelId: '5503' }) };
      expect(await find(another)).toBeUndefined();
      expect(followUps().all()).toHaveLength(1);
    },
  );

  test('is no log, and a log is no follow-up', async () => {
    const { adapter, crm, followUps } = trial();
    const asked = await request(adapter);
    await one(declared(adapter.followUps).create, asked);
    expect(crm.logs()).toEqual([]);
    if (subject.findsLogs) expect(await declared(adapter.findConversation)(asked)).toBeUndefined();
    await one(adapter.logConversations, asked);
    expect(crm.logs()).toHaveLength(1);
    expect(followUps().all()).toHaveLength(1);
  });

  test('that the vendor refuses tells why', async () => {
    const { adapter, crm, followUps } = trial();
    const asked = await request(adapter);
    crm.server.inject({ on: followUps().isCreate, how: { status: 400, body: { message: 'No such field' } } });
    const error = await failure(one(declared(adapter.followUps).create, asked));
    expect(error).toMatchObject({ fault: { kind: 'permanent' }, outcomeUnknown: false });
    expect(error.message).toContain('No such field');
  });
});
