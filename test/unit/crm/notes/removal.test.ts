import { expect, test } from '@jest/globals';
import { removeAll } from '../../../../lambda/crm/notes/removal.ts';

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
