import { beforeEach, describe, expect, test } from '@jest/globals';
import type { Conversation } from '../../../lambda/conversation/model.ts';
import { CrmError } from '../../../lambda/crm/port/errors.ts';
import type { FetchFile } from '../../../lambda/delivery/crm.ts';
import { aConversation, aMessage } from '../../fixtures/conversation.ts';
import { createAttempts } from './attempts.ts';

const sent = (name: string) => ({
  name,
  url: `https://files.example/${name}`,
  mediaType: null,
  size: null,
  expiresAt: null,
});
const withFiles = (...names: readonly string[]) =>
  aConversation({ messages: [aMessage({ text: 'Look:', files: names.map(sent) })] });
const wentOn = (chat: Conversation) => ({ ...chat, messages: [...chat.messages, aMessage()] });
const away = new CrmError('away', { kind: 'retryable' });
const expired = new CrmError('expired', { kind: 'permanent' }, { status: 403 });

let fetched: string[] = [];
const fetchFile: FetchFile = async (_conversationId, { name }) => {
  fetched.push(name ?? '');
  return { name: name ?? '', mediaType: 'image/png', bytes: new Uint8Array(1) };
};
const failing =
  (error: Error): FetchFile =>
  async () => {
    throw error;
  };

let { crm, attemptIt, failOnce } = createAttempts();
beforeEach(() => {
  ({ crm, attemptIt, failOnce } = createAttempts());
  fetched = [];
});

test("a chat's files are copied after its note, each once", async () => {
  const first = await attemptIt(withFiles('a.png', 'b.png'), { fetchFile });
  expect(first).toMatchObject({ state: 'delivered', files: [{ id: 'a.png' }, { id: 'b.png' }] });
  expect(crm.calls).toEqual(['contact', 'log', 'attach', 'attach']);
  await attemptIt(wentOn(withFiles('a.png', 'b.png', 'c.png')), { after: first, fetchFile });
  expect(fetched).toEqual(['a.png', 'b.png', 'c.png']);
});

describe('a file that cannot be copied', () => {
  test('leaves its link, and the delivery says so', async () => {
    const delivered = await attemptIt(withFiles('a.png'), { fetchFile: failing(expired) });
    expect(delivered).toMatchObject({ state: 'delivered', logId: '0', files: [], warnings: ['file (403)'] });
  });

  test('does not keep out those after it', async () => {
    const fetchSome: FetchFile = async (id, file) => (file.name === 'a.png' ? failing(expired) : fetchFile)(id, file);
    expect(await attemptIt(withFiles('a.png', 'b.png'), { fetchFile: fetchSome })).toMatchObject({
      state: 'delivered',
      files: [{ id: 'b.png' }],
    });
  });

  test.each([
    ['the CRM refuses it', new CrmError('too large', { kind: 'permanent' }, { status: 413 }), 'file (413)'],
    ['the right to add files is missing', new CrmError('no', { kind: 'credentials' }, { status: 403 }), 'file (403)'],
    ['the adapter has a bug', new TypeError('undefined is not a function'), 'file (not copied)'],
  ])('never parks a chat: %s', async (_why, error, warning) => {
    failOnce('attach', 'before', error);
    expect(await attemptIt(withFiles('a.png'), { fetchFile })).toMatchObject({
      state: 'delivered',
      warnings: [warning],
    });
  });

  test('comes back later if that may help, and the note is not written again', async () => {
    const pending = await attemptIt(withFiles('a.png'), { fetchFile: failing(away) });
    expect(pending).toMatchObject({ state: 'pending', logId: '0', inDoubt: false, reason: 'away' });
    expect(await attemptIt(withFiles('a.png'), { after: pending, fetchFile })).toMatchObject({ state: 'delivered' });
    expect(crm.calls.filter((call) => call === 'log' || call === 'update')).toEqual(['log']);
  });

  test('keeps what was copied before it', async () => {
    const fetchSome: FetchFile = async (id, file) => (file.name === 'b.png' ? failing(away) : fetchFile)(id, file);
    const pending = await attemptIt(withFiles('a.png', 'b.png'), { fetchFile: fetchSome });
    expect(pending).toMatchObject({ state: 'pending', files: [{ id: 'a.png' }] });
    await attemptIt(withFiles('a.png', 'b.png'), { after: pending, fetchFile });
    expect(fetched).toEqual(['a.png', 'b.png']);
  });

  test('is given up with the rest after a day, as delivered', async () => {
    const pending = await attemptIt(withFiles('a.png'), { fetchFile: failing(away) });
    const longAgo = { ...pending, since: '2020-01-01T00:00:00.000Z' };
    expect(await attemptIt(withFiles('a.png'), { after: longAgo, fetchFile: failing(away) })).toMatchObject({
      state: 'delivered',
      warnings: ['file (not copied)'],
    });
  });
});

test('files leave the contact of somebody whose chat it no longer is', async () => {
  const before = await attemptIt(withFiles('a.png'), { fetchFile });
  const identity = { email: 'jana@example.com' };
  await attemptIt(wentOn(withFiles('a.png')), { after: before, fetchFile, identity });
  expect([...crm.files]).toEqual([['a.png', '1']]);
});

test('files follow their chat to the contact in place of one that is gone, unless their links have ended', async () => {
  const before = await attemptIt(withFiles('a.png', 'b.png'), { fetchFile });
  crm.contacts[0] = '';
  const fetchSome: FetchFile = async (id, file) => (file.name === 'b.png' ? failing(expired) : fetchFile)(id, file);
  const after = await attemptIt(wentOn(withFiles('a.png', 'b.png')), { after: before, fetchFile: fetchSome });
  expect([...crm.files]).toEqual([
    ['a.png', '1'],
    ['b.png', '0'],
  ]);
  expect(after.files.map(({ id }) => id).toSorted()).toEqual(['a.png', 'b.png']);
});
