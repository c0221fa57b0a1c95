import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { CrmAdapter } from '../../lambda/crm/adapter.ts';
import { createHttpClient, type HttpClient } from '../../lambda/crm/http.ts';
import { createAdapter } from '../../lambda/crm/registry.ts';
import { aConversation, aMessage } from '../fixtures/conversation.ts';
import type { Fault } from '../support/fake-server.ts';
import { attempt, failure, type Memory } from './delivery.ts';
import { type RunningCrm, type Subject, subjects } from './subjects.ts';

const now = () => new Date();
const chat = aConversation();
const later = aConversation({ id: '208:55040', channelId: '55040', messages: [aMessage({ text: 'Me again.' })] });

type Trouble = readonly [name: string, how: Fault['how'], takesEffect: boolean];
const unreadable: readonly Trouble[] = [
  ['half an answer', 'half', true],
  ['an answer in HTML', { status: 200, body: '<html>Welcome' }, true],
  ['an answer of another shape', { status: 200, body: [] }, true],
];

describe.each(Object.entries(subjects))('%s', (_, subject: Subject) => {
  let crm: RunningCrm;
  let http: HttpClient;
  /** Gives up soon, for servers that do not answer. */
  let hasty: HttpClient;
  let adapter: CrmAdapter;
  let memory: Memory;

  const adapterWith = (client: HttpClient, secret = crm.secret) =>
    createAdapter(crm.settings, { http: client, secret: async () => secret, timezone: 'Europe/Prague', now });

  beforeEach(async () => {
    crm = await subject.start();
    http = createHttpClient({ now });
    hasty = createHttpClient({ now, requestTimeoutMs: 80, connectionTimeoutMs: 40 });
    adapter = await adapterWith(http);
    memory = { inDoubt: false };
  });
  afterEach(async () => {
    http.close();
    hasty.close();
    await crm.server.close();
    expect(crm.violations()).toEqual([]);
  });

  const failLog = (how: Fault['how'], takesEffect = false) => crm.server.inject({ on: crm.isLog, how, takesEffect });

  describe('a chat', () => {
    test('is written once, in the fewest calls', async () => {
      await attempt(adapter, chat, memory);
      expect(crm.logs()).toEqual([expect.stringContaining('Do you have the blue one in size L?')]);
      expect(crm.server.requests).toHaveLength(subject.calls.newVisitor);
    });

    test('of a returning visitor is another log', async () => {
      await attempt(adapter, chat, memory);
      const before = crm.server.requests.length;
      await attempt(adapter, later, { inDoubt: false });
      expect(crm.logs()).toHaveLength(2);
      expect(crm.server.requests.slice(before)).toHaveLength(subject.calls.returningVisitor);
    });

    test('that went on is the same log, rewritten', async () => {
      await attempt(adapter, chat, memory);
      await attempt(adapter, { ...chat, rating: { score: 2, comment: 'Too slow' } }, memory);
      expect(crm.logs()).toEqual([expect.stringContaining('Too slow')]);
    });

    test('that is too long for one log is all there, in order', async () => {
      const numbers = Array.from({ length: 3000 }, (_, at) => at);
      const messages = numbers.map((at) => aMessage({ text: `word-${at} <${'"'.repeat(40)}>`, sentAt: null }));
      await attempt(adapter, aConversation({ messages }), memory);
      const words = crm
        .logs()
        .join('')
        .matchAll(/word-(\d+)/g);
      expect([...words].map(([, number]) => Number(number))).toEqual(numbers);
    });

    test('brings no markup of the visitor into the CRM', async () => {
      const hostile = '<img src=x onerror="alert(1)"></p><script>alert(2)</script>';
      await attempt(
        adapter,
        aConversation({
          visitor: { name: hostile, note: hostile, variables: [{ key: 'k', label: hostile, value: hostile }] },
          pages: [{ url: `javascript:${hostile}`, title: hostile }],
          messages: [aMessage({ text: hostile, name: hostile }), aMessage({ text: hostile, speaker: 'system' })],
        }),
        memory,
      );
      const [log = ''] = crm.logs();
      if (subject.words === 'html') expect(log).not.toMatch(/<(img|script|a)\b/i);
      expect(log).toContain(subject.words === 'html' ? '&lt;img src=x' : '<img src=x');
    });
  });

  describe('a refusal', () => {
    test.each([400, 404, 409, 422])(
      '%d is permanent, told in the vendor’s words and not in the visitor’s',
      async (status) => {
        const words = 'The blue one is sold out: eva.horakova@example.com';
        failLog({ status, body: { message: `Invalid value "${words}" in field 7`, category: 'VALIDATION_ERROR' } });
        const conversation = aConversation({ messages: [aMessage({ text: words })] });
        const error = await failure(attempt(adapter, conversation, memory));
        expect(error).toMatchObject({ fault: { kind: 'permanent' }, status, outcomeUnknown: false });
        expect(error.message).toContain('Invalid value "…" in field 7 (VALIDATION_ERROR)');
        expect(crm.logs()).toEqual([]);
      },
    );

    test.each([401, 403])('%d wants an operator', async (status) => {
      failLog({ status, body: { message: 'No.' } });
      const error = await failure(attempt(adapter, chat, memory));
      expect(error).toMatchObject({ fault: { kind: 'credentials' }, status, outcomeUnknown: false });
    });

    test('of credentials that are none wants an operator, and does not tell them', async () => {
      for (const secret of ['a secret with spaces', ' ', 'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA', 'žluťoučký']) {
        const error = await failure(attempt(await adapterWith(http, secret), chat, { inDoubt: false }));
        expect(error.fault).toEqual({ kind: 'credentials' });
        expect(error.message).not.toContain(secret.trim() || '  ');
      }
    });

    test('for now says when to come back, in seconds or as a date', async () => {
      failLog({ status: 429, headers: { 'retry-after': '7' }, body: { message: 'Slow down' } });
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

    test('by a redirect is not followed', async () => {
      failLog({ status: 307, headers: { location: `${crm.server.url}/elsewhere` } });
      expect(await failure(attempt(adapter, chat, memory))).toMatchObject({
        fault: { kind: 'permanent' },
        status: 307,
      });
    });
  });

  describe('an outcome that is not known', () => {
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
      const { email, name, countryCode } = chat.visitor;
      const contactId = await adapter.upsertContact?.({ email: email ?? '', name, countryCode });
      if (contactId !== undefined) memory.contactId = contactId;
      failLog(how, takesEffect);
      const error = await failure(attempt(await adapterWith(how === 'silence' ? hasty : http), chat, memory));
      expect(error).toMatchObject({ fault: { kind: 'retryable' }, outcomeUnknown: true });
      await attempt(adapter, chat, memory);
      expect(crm.logs()).toHaveLength(1);
    });

    test('of a log whose id was never remembered finds it', async () => {
      await attempt(adapter, later, { inDoubt: false });
      await attempt(adapter, chat, memory);
      const { contactId } = memory;
      await attempt(adapter, chat, { ...(contactId !== undefined && { contactId }), inDoubt: true });
      expect(crm.logs()).toHaveLength(2);
    });

    test('is none where no connection stood', async () => {
      await crm.server.close();
      const entry = { conversation: chat, contentHash: 'a', contactId: '1' };
      const error = await failure(adapter.logConversation(entry));
      expect(error).toMatchObject({ fault: { kind: 'retryable' }, outcomeUnknown: false });
    });
  });

  test('a log that somebody deleted is written again when the chat has changed', async () => {
    await attempt(adapter, chat, memory);
    crm.removeLogs?.();
    await attempt(adapter, { ...chat, rating: { score: 5, comment: null } }, memory);
    expect(crm.logs()).toHaveLength(1);
  });
});
