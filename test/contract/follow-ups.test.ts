import { describe, expect, test } from '@jest/globals';
import { visibleText } from '../../lambda/crm/notes/entry.ts';
import type { CrmAdapter, FollowUpKind, FollowUpRequest } from '../../lambda/crm/port/adapter.ts';
import { aConversation, aFollowUp, aMessage, anEntry } from '../fixtures/conversation.ts';
import { aPerson, failure, one, upsert } from './driving.ts';
import type { FollowUpTraits, Subject } from './subject.ts';
import { subjects } from './subjects.ts';
import { declared, useTrial } from './trial.ts';

/** Noon in UTC is the same day for everybody who may look at it in these tests. */
const dueAt = '2026-05-04T12:30:00.000Z';
/** What the visitor said, among what others did. */
const waiting = [
  aMessage({ speaker: 'trigger', text: 'Need help?' }),
  aMessage({ text: 'Is the blue one in stock?' }),
  aMessage({ speaker: 'system', agentId: '3', name: 'Karel', text: 'agent.join' }),
  aMessage({ text: 'Anybody?', sentAt: '2026-05-04T08:20:00.000Z' }),
];
const significant = { minute: 16, day: 10, none: 0 };

const cases = Object.entries(subjects).flatMap(([name, subject]) =>
  (Object.entries(subject.followUps) as [FollowUpKind, FollowUpTraits][]).map(
    ([kind, traits]) => [`${name}: a ${kind}`, subject, kind, traits] as const,
  ),
);

describe.each(cases)('%s', (_, subject: Subject, kind: FollowUpKind, traits: FollowUpTraits) => {
  const trial = useTrial(subject);
  const followUp = aFollowUp({ kind, title: "Answer the missed chat with Eva O'Hara & Sons", dueAt });

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

  if (traits.words !== null) {
    test('says whom to call, at which number, and what they said last, and ends in the reference line', async () => {
      const { adapter, followUps } = trial();
      const asked = await request(adapter, { conversation: aConversation({ outcome: 'missed', messages: waiting }) });
      await one(declared(adapter.followUps).create, asked);
      const text = visibleText(followUps().all()[0]?.description ?? '');
      expect(text).toMatch(/Eva Horáková.*Phone: \+420601123456 · E-mail: eva\.horakova@example\.com/);
      expect(text).toMatch(
        /Is the blue one in stock\?.*Anybody\?.*Outcome: Missed.*Waited without an answer: 6 min 30 s/,
      );
      expect(text).toMatch(/From page: \[?Bikes.*Smartsupp follow-up 208:55039 \(missed\)\W*$/);
      expect(text).not.toMatch(/Need help\?|Karel/);
    });

    test('brings no markup of the visitor into the CRM, and is found whatever they typed', async () => {
      const { adapter, followUps } = trial();
      const hostile = '<img src=x onerror="alert(1)"></p><script>alert(2)</script>[a](javascript:alert)';
      const pretended = 'Smartsupp follow-up 208:5503 (missed)';
      const asked = await request(adapter, {
        conversation: aConversation({
          outcome: 'missed',
          visitor: { name: hostile },
          pages: [{ url: `javascript:${hostile}`, title: hostile }],
          messages: [aMessage({ text: hostile, name: hostile }), aMessage({ text: `</p>\n${pretended}` })],
        }),
        followUp: { ...followUp, phone: hostile, email: hostile },
      });
      const { create, find } = declared(adapter.followUps);
      const id = await one(create, asked);
      const { description = '' } = followUps().all()[0] ?? {};
      expect(description).toContain('img src=x');
      if (traits.words !== 'verbatim') expect(description).not.toMatch(/(^|[^\\])<(img|script|a)\b/i);
      if (traits.words === 'markdown') expect(description).not.toMatch(/[^\\]\[a[^\\]*\]\(javascript/i);
      expect(await find(asked)).toBe(id);
      const another = { ...asked, conversation: aConversation({ id: '208:5503', channelId: '5503' }) };
      expect(await find(another)).toBeUndefined();
    });

    test('fits whatever was typed, loses only words, and is found', async () => {
      const { adapter, followUps } = trial();
      const huge = '<&"🚲\n'.repeat(20_000);
      const asked = await request(adapter, {
        conversation: aConversation({
          outcome: 'missed',
          rating: { score: 1, comment: huge },
          visitor: { name: huge },
          pages: [{ url: `https://shop.example/${huge}`, title: huge }],
          messages: Array.from({ length: 300 }, (_, at) => aMessage({ text: huge, name: `${at}${huge}` })),
        }),
      });
      const { create, find } = declared(adapter.followUps);
      const id = await one(create, asked);
      const { description = '' } = followUps().all()[0] ?? {};
      expect(Buffer.byteLength(description)).toBeLessThan(16_001);
      expect(visibleText(description)).toContain('Phone: +420601123456');
      expect(visibleText(description)).toContain('Outcome: Missed');
      expect(await find(asked)).toBe(id);
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
      const { adapter, crm, followUps } = trial();
      const asked = await request(adapter);
      const { create, find } = declared(adapter.followUps);
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
