import { expect, test } from '@jest/globals';
import { logAsNotes } from '../../../../lambda/crm/notes/note-parts.ts';
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
