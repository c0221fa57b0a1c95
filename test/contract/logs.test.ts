import { describe, expect, test } from '@jest/globals';
import { aConversation, aMessage, anEntry } from '../fixtures/conversation.ts';
import { deliver } from './delivering.ts';
import { all, aPerson, attempt, failure, log, type Memory, upsert } from './driving.ts';
import type { Subject } from './subject.ts';
import { subjects } from './subjects.ts';
import { declared, useTrial } from './trial.ts';

const chat = aConversation();
const later = aConversation({ id: '208:55040', channelId: '55040', messages: [aMessage({ text: 'Me again.' })] });
const blank = (): Memory => ({ inDoubt: false });

describe.each(Object.entries(subjects))('%s: a chat', (_, subject: Subject) => {
  const trial = useTrial(subject);

  test('is written once, in few calls', async () => {
    const { adapter, crm, calls } = trial();
    await attempt(adapter, chat, blank());
    expect(crm.logs()).toEqual([expect.stringContaining('Do you have the blue one in size L?')]);
    expect(calls()).toBe(subject.calls.newVisitor);
    expect(subject.calls.newVisitor).toBeLessThanOrEqual(3);
  });

  test('of a known visitor is another log, in fewer calls', async () => {
    const { adapter, crm, calls } = trial();
    const memory = blank();
    await attempt(adapter, chat, memory);
    const before = calls();
    await attempt(adapter, later, blank(), memory.contactId);
    expect(crm.logs()).toHaveLength(2);
    expect(calls() - before).toBe(subject.calls.knownVisitor);
    expect(subject.calls.knownVisitor).toBeLessThanOrEqual(2);
  });

  test('that comes once more as it was is the same log', async () => {
    const { adapter, crm } = trial();
    const memory = blank();
    await attempt(adapter, chat, memory);
    await attempt(adapter, chat, memory);
    expect(crm.logs()).toHaveLength(1);
  });

  test('that went on is the same log, rewritten or added to', async () => {
    const { adapter, crm } = trial();
    const memory = blank();
    await attempt(adapter, chat, memory);
    await attempt(adapter, { ...chat, rating: { score: 2, comment: 'Too slow' } }, memory);
    expect(crm.logs()).toEqual([expect.stringContaining('Too slow')]);
  });

  test('that is too long for one log is all there, in order', async () => {
    const { adapter, crm } = trial();
    const numbers = Array.from({ length: 3000 }, (_, at) => at);
    const messages = numbers.map((at) => aMessage({ text: `word-${at} <${'"'.repeat(40)}>`, sentAt: null }));
    await attempt(adapter, aConversation({ messages }), blank());
    const logs = subject.newestOnTop ? crm.logs().toReversed() : crm.logs();
    const words = logs.join('').matchAll(/word\\?-(\d+)/g);
    expect([...words].map(([, number]) => Number(number))).toEqual(numbers);
  });

  test('brings no markup of the visitor into the CRM', async () => {
    const { adapter, crm } = trial();
    const hostile = '<img src=x onerror="alert(1)"></p><script>alert(2)</script>[a](javascript:alert)';
    await attempt(
      adapter,
      aConversation({
        visitor: { name: hostile, note: hostile, variables: [{ key: 'k', label: hostile, value: hostile }] },
        pages: [{ url: `javascript:${hostile}`, title: hostile }],
        messages: [aMessage({ text: hostile, name: hostile }), aMessage({ text: hostile, speaker: 'system' })],
      }),
      blank(),
    );
    const [text = ''] = crm.logs();
    expect(text).toContain('img src=x');
    if (subject.words !== 'verbatim') expect(text).not.toMatch(/(^|[^\\])<(img|script|a)\b/i);
    if (subject.words === 'markdown') expect(text).not.toMatch(/[^\\]\[a[^\\]*\]\(javascript/i);
  });

  if (subject.findsLogs) {
    test('whose log was never remembered is found, and no other is', async () => {
      const { adapter, crm } = trial();
      const memory = blank();
      await attempt(adapter, later, blank());
      await attempt(adapter, chat, memory);
      const { contactId } = memory;
      await attempt(adapter, chat, { ...(contactId !== undefined && { contactId }), inDoubt: true });
      expect(crm.logs()).toHaveLength(2);
    });
  }

  if (subject.findsLogs) {
    test('that goes on for days is found all the same', async () => {
      const { adapter, crm } = trial();
      const inHours = (hours: number) => new Date(Date.now() + hours * 60 * 60 * 1000).toISOString();
      const begun = aConversation({ startedAt: inHours(-1), endedAt: inHours(0) });
      const memory = blank();
      await attempt(adapter, begun, memory);
      const { contactId } = memory;
      const goneOn = { ...begun, endedAt: inHours(120), rating: { score: 5, comment: null } };
      await attempt(adapter, goneOn, { ...(contactId !== undefined && { contactId }), inDoubt: true });
      expect(crm.logs()).toHaveLength(1);
    });
  }

  if (subject.findsLogs && subject.contacts !== null) {
    test('whose sender’s clock is days ahead is found all the same, among many others of the contact', async () => {
      const { adapter, crm } = trial();
      const contactId = await upsert(adapter, aPerson());
      const others = Array.from({ length: 30 }, (_, at) => {
        const id = String(at + 1);
        return anEntry(aConversation({ id: `208:${id}`, channelId: id }), contactId);
      });
      await all(adapter.logConversations, others);
      const ahead = new Date(Date.now() + 3 * 24 * 60 * 60 * 1000).toISOString();
      const memory: Memory = { contactId, inDoubt: false };
      await attempt(adapter, aConversation({ startedAt: ahead, endedAt: ahead }), memory);
      await attempt(adapter, aConversation({ startedAt: ahead, endedAt: ahead }), { contactId, inDoubt: true });
      expect(crm.logs()).toHaveLength(31);
    });
  }

  if (subject.removesLogs) {
    test('can be removed, also twice, and no other is', async () => {
      const { adapter, crm } = trial();
      const memory = blank();
      await attempt(adapter, later, blank());
      await attempt(adapter, chat, memory);
      const remove = declared(adapter.removeConversation);
      await remove(declared(memory.logId));
      await remove(declared(memory.logId));
      expect(crm.logs()).toEqual([expect.stringContaining('Me again.')]);
    });
  }

  if (subject.contacts !== null) {
    test.each(['deleted', 'archived'])('whose contact was %s goes on at the new one, as one log', async (how) => {
      const { adapter, contacts, crm } = trial();
      const { remove, archive = remove } = contacts();
      const before = await deliver(adapter, { person: aPerson(), conversation: chat });
      (how === 'deleted' ? remove : archive)(declared(before.contactId));
      const changed = { ...chat, rating: { score: 2, comment: 'Too slow' } };
      const after = await deliver(adapter, { person: aPerson(), conversation: changed, before });
      expect(after).toMatchObject({ state: 'delivered', reason: null });
      expect(after.contactId).not.toBe(before.contactId);
      expect(crm.logs()).toEqual([expect.stringContaining('Too slow')]);
      if (subject.findsLogs) {
        const found = await adapter.findConversation?.(anEntry(changed, declared(after.contactId)));
        expect(found).toBe(after.logId);
      }
    });

    test('that turns out to be another person’s is theirs alone, and holds nothing of the first one', async () => {
      const { adapter, crm } = trial();
      const [eva, adam] = ['evafirst', 'adamsecond'];
      const of = (name: string) => ({ ...chat, visitor: { ...chat.visitor, email: `${name}@example.com` } });
      const person = (name: string) => aPerson({ email: `${name}@example.com`, name });
      const before = await deliver(adapter, { person: person(eva), conversation: of(eva) });
      const after = await deliver(adapter, { person: person(adam), conversation: of(adam), before });
      expect(after).toMatchObject({ state: 'delivered', reason: null });
      expect(after.contactId).not.toBe(before.contactId);
      expect(crm.logs()).toEqual([expect.stringContaining(adam)]);
      expect(crm.logs().join()).not.toContain(eva);
      if (subject.findsLogs) {
        const found = await adapter.findConversation?.(anEntry(of(adam), declared(after.contactId)));
        expect(found).toBe(after.logId);
      }
    });

    test('of a contact that somebody deleted is refused for good, so that the contact is looked for anew', async () => {
      const { adapter, contacts, crm } = trial();
      const contactId = await upsert(adapter, aPerson());
      contacts().remove(contactId);
      const error = await failure(log(adapter, anEntry(chat, contactId)));
      expect(error).toMatchObject({ fault: { kind: 'permanent' }, outcomeUnknown: false });
      await attempt(adapter, chat, blank(), contactId);
      expect(crm.logs()).toHaveLength(1);
    });
  }

  test('whose log somebody deleted is written again when it has changed', async () => {
    const { adapter, crm } = trial();
    const memory = blank();
    await attempt(adapter, chat, memory);
    crm.removeLogs?.();
    await attempt(adapter, { ...chat, rating: { score: 5, comment: null } }, memory);
    expect(crm.logs()).toHaveLength(1);
  });
});
