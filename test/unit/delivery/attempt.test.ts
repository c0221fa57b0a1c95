import { beforeEach, describe, expect, test } from '@jest/globals';
import { CrmError } from '../../../lambda/crm/port/errors.ts';
import { OutOfTime } from '../../../lambda/delivery/batch-loader.ts';
import { at } from '../../support/a-delivery.ts';
import { createAttempts, missed } from './attempts.ts';

const away = new CrmError('away', { kind: 'retryable' });
const cutOff = new CrmError('no answer', { kind: 'retryable' }, { outcomeUnknown: true });

let { crm, attemptIt, failOnce } = createAttempts();
beforeEach(() => {
  ({ crm, attemptIt, failOnce } = createAttempts());
});

test('an attempt creates contact, note and follow-up, and keeps their ids', async () => {
  expect(await attemptIt()).toMatchObject({
    state: 'delivered',
    contactId: '0',
    logId: '0',
    followUpId: '0',
    loggedHash: '1 words',
    leaseUntil: null,
    inDoubt: false,
  });
  expect(crm.calls).toEqual(['contact', 'log', 'task']);
});

test('a longer copy is written into the existing note', async () => {
  await attemptIt(missed(undefined, 2), { after: await attemptIt() });
  expect(crm.calls.slice(3)).toEqual(['contact', 'update']);
  expect([crm.notes, crm.tasks.length]).toMatchObject([[{ contentHash: '2 words' }], 1]);
});

test('a note whose rewriting failed is rewritten, even if the chat is as it was before: a part of it may have changed', async () => {
  const first = await attemptIt();
  failOnce('update', 'before', away);
  const failed = await attemptIt(missed(undefined, 2), { after: first });
  expect(failed).toMatchObject({ state: 'pending', logId: '0', loggedHash: null, inDoubt: false });
  const again = await attemptIt(missed(undefined, 1), { after: { ...failed, revision: '' } });
  expect(again).toMatchObject({ state: 'delivered', loggedHash: '1 words' });
  expect(crm.calls.slice(3)).toEqual(['contact', 'update', 'contact', 'update']);
});

describe('the result of a stage is kept when a later stage fails', () => {
  test('the contact, if the note fails', async () => {
    failOnce('log', 'before', away);
    const failed = await attemptIt();
    expect(failed).toMatchObject({ state: 'pending', contactId: '0', logId: null, inDoubt: false, reason: 'away' });
    expect(failed.nextAttemptAt).toBe(at(5));
  });

  test('the note, if the follow-up fails', async () => {
    failOnce('task', 'before', away);
    const failed = await attemptIt();
    expect(failed).toMatchObject({ state: 'pending', logId: '0', loggedHash: '1 words', followUpId: null });
    expect(await attemptIt(undefined, { after: failed })).toMatchObject({ state: 'delivered', followUpId: '0' });
    expect(crm.calls.filter((call) => call === 'log' || call === 'update')).toEqual(['log']);
  });

  test('even if the delivery is parked', async () => {
    failOnce('task', 'before', new CrmError('no such field', { kind: 'permanent' }));
    expect(await attemptIt()).toMatchObject({ state: 'parked', logId: '0', contactId: '0', reason: 'no such field' });
  });
});

describe('an attempt whose outcome is unknown', () => {
  test.each<[string, Error]>([
    ['the CRM did not answer', cutOff],
    ['the adapter has a bug', new TypeError('undefined is not a function')],
  ])('leaves doubt if %s: the note is looked for before it is written', async (_why, error) => {
    failOnce('log', 'after', error);
    const failed = await attemptIt();
    expect(failed).toMatchObject({ state: 'pending', inDoubt: true, logId: null });
    expect(await attemptIt(undefined, { after: failed })).toMatchObject({
      state: 'delivered',
      inDoubt: false,
      logId: '0',
    });
    expect(crm.calls.slice(2)).toEqual(['contact', 'find', 'update', 'find task', 'task']);
    expect(crm.notes).toHaveLength(1);
  });

  test('writes the note if it was not there after all', async () => {
    failOnce('log', 'before', cutOff);
    await attemptIt(undefined, { after: await attemptIt() });
    expect([crm.calls.slice(2, 5), crm.notes.length]).toEqual([['contact', 'find', 'log'], 1]);
  });

  test('leaves doubt of the follow-up, too', async () => {
    failOnce('task', 'after', cutOff);
    await attemptIt(undefined, { after: await attemptIt() });
    expect([crm.calls.slice(3), crm.tasks.length]).toEqual([['contact', 'update', 'find task'], 1]);
  });

  test('stays in doubt while later attempts fail for other reasons', async () => {
    failOnce('log', 'after', cutOff);
    const inDoubt = await attemptIt();
    failOnce('contact', 'before', away);
    const failed = await attemptIt(undefined, { after: inDoubt });
    expect(failed).toMatchObject({ inDoubt: true });
    await attemptIt(undefined, { after: failed });
    expect(crm.notes).toHaveLength(1);
  });

  test.each<[string, string, Error]>([
    ['the contact was unknown, which is looked up anyway', 'contact', cutOff],
    ['the CRM refused the note', 'log', away],
  ])('leaves no doubt if %s', async (_why, call, error) => {
    failOnce(call, 'before', error);
    expect(await attemptIt()).toMatchObject({ state: 'pending', inDoubt: false });
  });
});

test('an attempt that runs out of time counts as none, and comes back at once', async () => {
  failOnce('log', 'before', new OutOfTime());
  const postponed = await attemptIt();
  expect(postponed).toMatchObject({
    state: 'pending',
    attempts: 0,
    nextAttemptAt: at(0),
    inDoubt: false,
    contactId: '0',
  });
});
