import { describe, expect, test } from '@jest/globals';
import { aConversation } from '../fixtures/conversation.ts';
import type { Fault, Reply } from '../support/fake-server.ts';
import { aPerson, attempt, failure, kept, type Memory, upsert } from './driving.ts';
import type { Contact, Proof, Subject } from './subject.ts';
import { subjects } from './subjects.ts';
import { declared, useTrial } from './trial.ts';

const chat = aConversation();
const rated = { ...chat, rating: { score: 2, comment: 'Too slow' } };
const blank = (): Memory => ({ inDoubt: false });
const inDoubt = { fault: { kind: 'retryable' }, outcomeUnknown: true };

type Lie = readonly [name: string, how: Fault['how']];
/** What a proxy, a log-in page or a CRM in trouble answers with the status of a success. */
const page: Lie = [
  'a web page',
  { status: 200, headers: { 'content-type': 'text/html' }, body: '<!DOCTYPE html><title>Maintenance</title>' },
];
const unproven: readonly Lie[] = [
  page,
  ['an error', { status: 200, body: { status: 'error', message: 'No' } }],
  ['a body that never ends', 'endless'],
];
const nothing: Lie = ['nothing', { status: 200 }];
const liesAbout = (change: Proof) => (change === 'perhaps nothing' ? unproven : [...unproven, nothing]);

/** The true answer, as if it were about another object. */
const ofAnother =
  (id: string) =>
  ({ body, ...reply }: Reply): Reply => ({
    ...reply,
    body: JSON.parse(JSON.stringify(body).replaceAll(new RegExp(`\\b${id}\\b`, 'g'), other(id))),
  });
/** Of the same kind. */
const other = (id: string) => id.replace(/\d(?=\D*$)/, (digit) => String((Number(digit) + 1) % 10));

describe.each(Object.entries(subjects))('%s: a status alone proves no write:', (_, subject: Subject) => {
  const trial = useTrial(subject);
  const lies = subject.readsAnswers ? [...unproven, nothing] : [page];

  describe.each([true, false])('a new log (it takes effect: %j)', (takesEffect) => {
    test.each(lies)('answered with %s', async (_, how) => {
      const { adapter, crm, failLog } = trial();
      const memory = blank();
      if (subject.contacts !== null) memory.contactId = await upsert(adapter, aPerson());
      failLog(how, takesEffect);
      expect(await failure(attempt(adapter, chat, memory))).toMatchObject(inDoubt);
      await attempt(adapter, chat, memory);
      expect(crm.logs()).toHaveLength(1);
    });
  });

  describe('a log that went on', () => {
    test.each(subject.readsAnswers ? liesAbout(subject.updatesTell) : [page])('answered with %s', async (_, how) => {
      const { adapter, crm, failWrite } = trial();
      const memory = blank();
      await attempt(adapter, chat, memory);
      failWrite(how);
      expect(await failure(attempt(adapter, rated, memory))).toMatchObject(inDoubt);
      await attempt(adapter, rated, memory);
      expect(crm.logs()).toEqual([expect.stringContaining('Too slow')]);
    });
  });

  if (subject.updatesTell === 'id') {
    test('a log that went on answered with another’s id', async () => {
      const { adapter, crm, failWrite } = trial();
      const memory = blank();
      await attempt(adapter, chat, memory);
      failWrite(ofAnother(declared(memory.logId)));
      expect(await failure(attempt(adapter, rated, memory))).toMatchObject(inDoubt);
      await attempt(adapter, rated, memory);
      expect(crm.logs()).toEqual([expect.stringContaining('Too slow')]);
    });
  }

  const traits = subject.contacts;
  if (traits !== null) {
    const person = aPerson({ fields: [{ name: traits.field, value: 'gold', overwrite: true }] });
    const stored: Contact = { email: 'eva@example.com', ...kept(traits) };

    describe('a contact that is filled', () => {
      test.each(liesAbout(traits.fillsTell))('answered with %s', async (_, how) => {
        const { adapter, contacts, failWrite } = trial();
        const id = contacts().add(stored);
        failWrite(how);
        expect(await failure(upsert(adapter, person))).toMatchObject(inDoubt);
        expect(await upsert(adapter, person)).toBe(id);
        expect(contacts().all()).toMatchObject([{ field: 'gold' }]);
      });
    });

    if (traits.fillsTell === 'id') {
      test('a contact that is filled answered with another’s id', async () => {
        const { adapter, contacts, failWrite } = trial();
        const id = contacts().add(stored);
        failWrite(ofAnother(id));
        expect(await failure(upsert(adapter, person))).toMatchObject(inDoubt);
        expect(await upsert(adapter, person)).toBe(id);
        expect(contacts().all()).toMatchObject([{ field: 'gold' }]);
      });
    }

    describe('a new contact', () => {
      test.each(lies)('answered with %s', async (_, how) => {
        const { adapter, contacts, crm } = trial();
        crm.server.inject({ on: contacts().isCreate, how, takesEffect: true });
        expect(await failure(upsert(adapter, aPerson()))).toMatchObject(inDoubt);
        await upsert(adapter, aPerson());
        expect(contacts().all()).toHaveLength(1);
      });
    });
  }

  if (subject.removesLogs) {
    describe('a log that is removed', () => {
      const gone: readonly Lie[] = [
        ['204, and is still there', { status: 204 }],
        ['404, and is still there', { status: 404, body: { message: 'Not found' } }],
        ['404 by a web page', { status: 404, headers: { 'content-type': 'text/html' }, body: '<html>Nothing here' }],
      ];
      test.each([...lies, ...gone])('answered with %s', async (_, how) => {
        const { adapter, crm, failWrite } = trial();
        const memory = blank();
        await attempt(adapter, chat, memory);
        const remove = async () => declared(adapter.removeConversation)(declared(memory.logId));
        failWrite(how);
        await failure(remove());
        expect(crm.logs()).toHaveLength(1);
        await remove();
        expect(crm.logs()).toEqual([]);
      });
    });
  }
});
