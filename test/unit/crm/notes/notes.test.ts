import { expect, test } from '@jest/globals';
import { logAsNotes } from '../../../../lambda/crm/notes/notes.ts';
import { removeAll } from '../../../../lambda/crm/port/batch.ts';
import { CrmError } from '../../../../lambda/crm/port/errors.ts';
import { aConversation, anEntry } from '../../../fixtures/conversation.ts';

test('a part that was created anew leaves doubt, if a later part cannot be rewritten', async () => {
  const { updateConversation } = logAsNotes({
    render: () => ['a', 'b'],
    create: async () => 'new',
    update: async (id) => {
      if (id === 'gone') return false;
      throw new CrmError('away', { kind: 'retryable' });
    },
    remove: async () => {},
    exists: async () => false,
    list: async () => [],
  });
  const entry = anEntry(aConversation());
  await expect(updateConversation(entry, 'gone,second')).rejects.toMatchObject({ outcomeUnknown: true });
  await expect(updateConversation(entry, 'first,second')).rejects.toMatchObject({ outcomeUnknown: false });
});

test('a note that the CRM still has after its removal is an error, and the rest is left for a retry', async () => {
  const there = new Set(['1', '2', '3']);
  const asked: string[] = [];
  const remove = async (id: string) => {
    asked.push(id);
    if (id !== '2') there.delete(id);
  };
  const removed = removeAll(['1', '2', '3'], { remove, exists: async (id) => there.has(id) });
  await expect(removed).rejects.toMatchObject({
    message: expect.stringContaining(' 2 '),
    fault: { kind: 'retryable' },
  });
  expect(asked).toEqual(['1', '2']);
});
