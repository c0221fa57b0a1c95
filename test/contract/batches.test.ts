import { describe, expect, test } from '@jest/globals';
import type { ContactRequest, CrmAdapter, Entry, FollowUpKind } from '../../lambda/crm/port/adapter.ts';
import { aConversation, aFollowUp, aMessage, anEntry } from '../fixtures/conversation.ts';
import { all, aPerson } from './driving.ts';
import type { Subject } from './subject.ts';
import { subjects } from './subjects.ts';
import { declared, useTrial } from './trial.ts';

const hundred = Array.from({ length: 100 }, (_, at) => at);
/** Enough for what has nothing to do with how many calls it takes. */
const few = hundred.slice(0, 12);
const bad = 7;

const chatOf = (at: number) =>
  aConversation({ id: `208:${at + 1}`, channelId: `${at + 1}`, messages: [aMessage({ text: `word-${at}.` })] });

const requests: readonly ContactRequest[] = hundred.map((at) => ({
  person: aPerson({ email: `visitor-${at}@example.com`, name: `Eva Nováková-${at}` }),
  known: undefined,
}));

/** Contacts for all who can have one, and the chats of these. */
async function upsertAll(adapter: CrmAdapter, asked: readonly ContactRequest[]) {
  const outcomes = await all(declared(adapter.upsertContacts), asked);
  return outcomes.map((outcome) => (outcome.status === 'fulfilled' ? outcome.value : undefined));
}

const rejectedAt = (outcomes: readonly PromiseSettledResult<unknown>[]) =>
  outcomes.flatMap(({ status }, at) => (status === 'rejected' ? [at] : []));

/** The same, but that whoever looks at the part gets an error. */
const without = <Whole extends object>(whole: Whole, part: keyof Whole): Whole =>
  Object.defineProperty({ ...whole }, part, {
    get: () => {
      throw new RangeError('Not that one.');
    },
  });

describe.each(Object.entries(subjects))('%s: many chats', (_, subject: Subject) => {
  const trial = useTrial(subject);

  async function entries(adapter: CrmAdapter, chats: readonly number[]): Promise<readonly Entry[]> {
    const ids = subject.contacts === null ? [] : await upsertAll(adapter, requests.slice(0, chats.length));
    return chats.map((at) => anEntry(chatOf(at), ids[at]));
  }

  test('are written each with its contact: a hundred of a hundred new visitors in few calls', async () => {
    const { adapter, crm, calls } = trial();
    const outcomes = await all(adapter.logConversations, await entries(adapter, hundred));
    expect(rejectedAt(outcomes)).toEqual([]);
    expect(
      crm
        .logs()
        .map((text) => /word\\?-\d+/.exec(text)?.[0].replace('\\', ''))
        .sort(),
    ).toEqual(hundred.map((at) => `word-${at}`).sort());
    expect(calls()).toBeLessThanOrEqual(subject.calls.hundredNewVisitors);
    if (subject.contacts !== null) expect(trial().contacts().all()).toHaveLength(100);
  });

  test('have each its own log', async () => {
    const { adapter, crm } = trial();
    const [first, ...others] = await entries(adapter, few);
    const outcomes = await all(adapter.logConversations, [declared(first), ...others]);
    const logId = outcomes[7]?.status === 'fulfilled' ? outcomes[7].value : undefined;
    const changed = anEntry({ ...chatOf(7), rating: { score: 1, comment: 'Rude' } }, others[6]?.contactId);
    await adapter.updateConversation(changed, declared(logId));
    const [rated, ...more] = crm.logs().filter((text) => text.includes('Rude'));
    expect(more).toEqual([]);
    expect(rated).toMatch(/word\\?-7\b/);
  });

  if (subject.contacts !== null) {
    test('fail one alone whose contact is gone', async () => {
      const { adapter, contacts, crm } = trial();
      const asked = await entries(adapter, few);
      contacts().remove(declared(asked[bad]?.contactId));
      const outcomes = await all(adapter.logConversations, asked);
      expect(rejectedAt(outcomes)).toEqual([bad]);
      expect(outcomes[bad]).toMatchObject({ reason: { fault: { kind: 'permanent' }, outcomeUnknown: false } });
      expect(crm.logs()).toHaveLength(few.length - 1);
    });
  }

  if (subject.words !== 'verbatim') {
    test('fail one alone that cannot be put into words', async () => {
      const { adapter, crm } = trial();
      const asked = await entries(adapter, few);
      const broken = { ...declared(asked[bad]), conversation: { ...chatOf(bad), startedAt: 'no time' } };
      const outcomes = await all(adapter.logConversations, asked.with(bad, broken));
      expect(rejectedAt(outcomes)).toEqual([bad]);
      expect(crm.logs()).toHaveLength(few.length - 1);
    });
  }

  if (subject.contacts !== null) {
    test.each(['name', 'email'] as const)('fail one alone whose contact cannot be made of its %s', async (part) => {
      const { adapter, contacts } = trial();
      const asked = requests.slice(0, few.length).with(bad, { person: without(aPerson(), part), known: undefined });
      const outcomes = await all(declared(adapter.upsertContacts), asked);
      expect(rejectedAt(outcomes)).toEqual([bad]);
      expect(contacts().all()).toHaveLength(few.length - 1);
    });
  }

  const [kind] = Object.keys(subject.followUps) as FollowUpKind[];
  if (kind !== undefined) {
    test('fail one alone whose follow-up cannot be made', async () => {
      const { adapter, followUps } = trial();
      const followUp = aFollowUp({ kind });
      const asked = (await entries(adapter, few)).map((entry) => ({ ...entry, followUp }));
      const broken = { ...declared(asked[bad]), followUp: without(followUp, 'title') };
      const outcomes = await all(declared(adapter.followUps).create, asked.with(bad, broken));
      expect(rejectedAt(outcomes)).toEqual([bad]);
      expect(followUps().all()).toHaveLength(few.length - 1);
    });
  }

  const refusedEmail = subject.contacts?.refusedEmail ?? null;
  if (refusedEmail !== null) {
    test('fail one alone whose address the CRM refuses', async () => {
      const { adapter, contacts } = trial();
      const asked = requests.with(bad, { person: aPerson({ email: refusedEmail }), known: undefined });
      const outcomes = await all(declared(adapter.upsertContacts), asked);
      expect(rejectedAt(outcomes)).toEqual([bad]);
      expect(outcomes[bad]).toMatchObject({ reason: { fault: { kind: 'permanent' }, outcomeUnknown: false } });
      expect(JSON.stringify(outcomes[bad])).not.toContain(refusedEmail);
      expect(contacts().all()).toHaveLength(99);
    });
  }

  if (subject.findsLogs) {
    test('are all in doubt, or none is, when an answer is lost', async () => {
      const { adapter, crm, failLog } = trial();
      const asked = (await entries(adapter, few)).slice(0, adapter.logConversations.maxSize);
      failLog({ status: 502, body: 'Bad gateway' }, true);
      const outcomes = await adapter.logConversations.run(asked);
      const inDoubt = rejectedAt(outcomes);
      expect(inDoubt.length).toBeGreaterThan(0);
      for (const at of inDoubt) {
        const entry = declared(asked[at]);
        expect(outcomes[at]).toMatchObject({ reason: { fault: { kind: 'retryable' }, outcomeUnknown: true } });
        const found = declared(await declared(adapter.findConversation)(entry));
        await adapter.updateConversation(entry, found);
      }
      expect(crm.logs()).toHaveLength(asked.length);
    });
  }
});
