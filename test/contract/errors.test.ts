import { describe, expect, test } from '@jest/globals';
import { aConversation, aMessage, anEntry } from '../fixtures/conversation.ts';
import type { Fault } from '../support/fake-server.ts';
import { aPerson, attempt, failure, log, type Memory, upsert } from './driving.ts';
import type { Subject } from './subject.ts';
import { subjects } from './subjects.ts';
import { useTrial } from './trial.ts';

const chat = aConversation();
const blank = (): Memory => ({ inDoubt: false });

type Trouble = readonly [name: string, how: Fault['how'], takesEffect: boolean];
const unreadable: readonly Trouble[] = [
  ['half an answer', 'half', true],
  ['an answer in HTML', { status: 200, body: '<html>Welcome' }, true],
  ['an answer of another shape', { status: 200, body: [] }, true],
];

describe.each(Object.entries(subjects))('%s: a refusal', (_, subject: Subject) => {
  const trial = useTrial(subject);

  test.each([400, 404, 409, 422])(
    '%d is permanent, told in the vendor’s words and not in the visitor’s',
    async (status) => {
      const { adapter, crm, failLog } = trial();
      const words = 'The blue one is sold out: eva.horakova@example.com';
      failLog({ status, body: { message: `Invalid value "${words}" in field 7`, category: 'VALIDATION_ERROR' } });
      const conversation = aConversation({ messages: [aMessage({ text: words })] });
      const error = await failure(attempt(adapter, conversation, blank()));
      expect(error).toMatchObject({ fault: { kind: 'permanent' }, status, outcomeUnknown: false });
      expect(error.message).toContain('Invalid value "…" in field 7 (VALIDATION_ERROR)');
      expect(crm.logs()).toEqual([]);
    },
  );

  test.each([401, 403])('%d wants an operator', async (status) => {
    const { adapter, failLog } = trial();
    failLog({ status, body: { message: 'No.' } });
    // Once more, for adapters that take the first for an expired token.
    failLog({ status, body: { message: 'No.' } });
    const error = await failure(attempt(adapter, chat, blank()));
    expect(error).toMatchObject({ fault: { kind: 'credentials' }, status, outcomeUnknown: false });
  });

  if (subject.credentials === 'renewed') {
    test('of an expired token is none: another is made', async () => {
      const { adapter, crm, failLog } = trial();
      const made = () => crm.server.requests.filter((request) => crm.isTokenRequest?.(request)).length;
      failLog({ status: 401, body: { message: 'Expired' } });
      await attempt(adapter, chat, blank());
      expect(crm.logs()).toHaveLength(1);
      expect(made()).toBe(2);
    });
  }

  test('of credentials that are none wants an operator, and does not tell them', async () => {
    const { crm, open } = trial();
    for (const secret of [
      'a secret with spaces',
      ' ',
      'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA',
      'žluťoučký',
      crm.wrongSecret,
    ]) {
      const error = await failure(attempt(await open({ secret }), chat, blank()));
      expect(error.fault).toEqual({ kind: 'credentials' });
      expect(error.message).not.toContain(secret.trim() || '  ');
    }
    expect(crm.logs()).toEqual([]);
  });

  test('for now says when to come back, in seconds or as a date', async () => {
    const { adapter, crm, failLog } = trial();
    failLog({ status: 429, headers: { 'retry-after': '7' }, body: { message: 'Slow down' } });
    const memory = blank();
    const seconds = await failure(attempt(adapter, chat, memory));
    expect(seconds).toMatchObject({ fault: { kind: 'retryable', retryAfterMs: 7000 }, outcomeUnknown: false });

    failLog({ status: 429, headers: { 'retry-after': new Date(Date.now() + 90_000).toUTCString() } });
    const { fault } = await failure(attempt(adapter, chat, memory));
    const wait = fault.kind === 'retryable' ? fault.retryAfterMs : undefined;
    expect(wait).toBeGreaterThan(60_000);
    expect(wait).toBeLessThanOrEqual(90_000);

    await attempt(adapter, chat, memory);
    expect(crm.logs()).toHaveLength(1);
  });

  test.each([301, 302, 303, 307, 308])('by a redirect (%d) is not followed, and may pass', async (status) => {
    const { adapter, crm, failLog } = trial();
    const memory = blank();
    failLog({ status, headers: { location: `${crm.server.url}/elsewhere` } });
    const error = await failure(attempt(adapter, chat, memory));
    expect(error).toMatchObject({ fault: { kind: 'redirected' }, status });
    expect(crm.server.requests.filter(({ path }) => path === '/elsewhere')).toEqual([]);
    await attempt(adapter, chat, memory);
    expect(crm.logs()).toHaveLength(1);
  });
});

describe.each(Object.entries(subjects))('%s: an outcome that is not known', (_, subject: Subject) => {
  const trial = useTrial(subject);
  const troubles: readonly Trouble[] = [
    ['a 500 before the write', { status: 500, body: { message: 'Oops' } }, false],
    ['a 500 after the write', { status: 500, body: { message: 'Oops' } }, true],
    ['a 502 in HTML after the write', { status: 502, body: '<html><h1>Bad gateway</h1></html>' }, true],
    ['a reset before the write', 'reset', false],
    ['a reset after the write', 'reset', true],
    ['a time-out after the write', 'silence', true],
    ...(subject.readsAnswers ? unreadable : []),
  ];

  test.each(troubles)('%s is looked into before anything is written again', async (_, how, takesEffect) => {
    const { adapter, crm, failLog } = trial();
    const memory = blank();
    if (subject.contacts !== null) memory.contactId = await upsert(adapter, aPerson());
    failLog(how, takesEffect);
    const error = await failure(attempt(adapter, chat, memory));
    expect(error).toMatchObject({ fault: { kind: 'retryable' }, outcomeUnknown: true });
    await attempt(adapter, chat, memory);
    expect(crm.logs()).toHaveLength(1);
  });

  test('is none where no connection stood', async () => {
    const { adapter, crm } = trial();
    await crm.server.close();
    const error = await failure(log(adapter, anEntry(chat, subject.contacts === null ? undefined : '1')));
    expect(error).toMatchObject({ fault: { kind: 'retryable' }, outcomeUnknown: false });
  });
});
