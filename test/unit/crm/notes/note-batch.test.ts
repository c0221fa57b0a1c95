import { expect, test } from '@jest/globals';
import { logInBatches, type NewNote } from '../../../../lambda/crm/notes/notes.ts';
import { fulfilled, rejected } from '../../../../lambda/crm/port/batch.ts';
import { CrmError } from '../../../../lambda/crm/port/errors.ts';
import { aConversation, anEntry } from '../../../fixtures/conversation.ts';

const limited = new CrmError('Slow down.', { kind: 'retryable', retryAfterMs: 1000 }, { status: 429 });
const lost = new CrmError('Gone away.', { kind: 'retryable' }, { status: 502, outcomeUnknown: true });
const entry = anEntry(aConversation());

/** Three parts each; two notes a call. */
function write(
  createAll: (notes: readonly NewNote[]) => Promise<readonly PromiseSettledResult<string>[]>,
  entries = 1,
) {
  const nothing = async () => {};
  const { logConversations } = logInBatches({
    maxSize: 2,
    render: () => ['a', 'b', 'c'],
    build: (note) => note,
    createAll,
    update: async () => true,
    remove: nothing,
    exists: async () => false,
    list: async () => [],
  });
  return logConversations.run(Array.from({ length: entries }, () => ({ ...entry })));
}

test('the parts of several chats are sent together, and each chat gets its own ids', async () => {
  const calls: string[] = [];
  const outcomes = await write(async (notes) => {
    calls.push(notes.map(({ body }) => body).join(''));
    return notes.map(({ body }) => fulfilled(`${body}-${calls.length}`));
  }, 2);
  expect(calls).toEqual(['ab', 'ca', 'bc']);
  expect(outcomes).toEqual([fulfilled('a-1,b-1,c-2'), fulfilled('a-2,b-3,c-3')]);
});

test.each([
  ['one part written', [fulfilled('1'), rejected(limited), rejected(limited)], true],
  ['a later part perhaps written', [rejected(limited), rejected(lost), rejected(limited)], true],
  ['certainly nothing written', [rejected(limited), rejected(limited), rejected(limited)], false],
])('a chat with %s tells whether to look before writing again', async (_, answers, outcomeUnknown) => {
  const [outcome] = await write(async (notes) => notes.map(({ part }) => answers[part] ?? rejected(lost)));
  expect(outcome).toMatchObject({ reason: { fault: limited.fault, status: 429, outcomeUnknown } });
});

test('a failed call does not affect the calls before and after it', async () => {
  let calls = 0;
  const outcomes = await write(async (notes) => {
    calls += 1;
    if (calls === 1) throw lost;
    return notes.map(({ body }) => fulfilled(body));
  }, 2);
  expect(outcomes).toMatchObject([{ reason: { status: 502, outcomeUnknown: true } }, fulfilled('a,b,c')]);
});

test('too few answers leave the rest in doubt', async () => {
  const [outcome] = await write(async () => []);
  expect(outcome).toMatchObject({ status: 'rejected', reason: expect.not.objectContaining({ outcomeUnknown: false }) });
});
