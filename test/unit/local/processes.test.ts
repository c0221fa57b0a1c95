import { expect, test } from '@jest/globals';
import { deferOrEnd } from '../../../local/lib/processes.ts';

test('everything ends, last first, whatever fails', async () => {
  const resources = new AsyncDisposableStack();
  const ended: string[] = [];
  deferOrEnd(resources, () => ended.push('first'));
  deferOrEnd(resources, () => Promise.reject(new Error('stuck')));
  deferOrEnd(resources, async () => ended.push('last'));
  await expect(resources.disposeAsync()).rejects.toThrow('stuck');
  expect(ended).toEqual(['last', 'first']);
});

test('what has started after the disposal ends at once, and may fail', async () => {
  const resources = new AsyncDisposableStack();
  await resources.disposeAsync();
  const ended: string[] = [];
  deferOrEnd(resources, () => ended.push('late'));
  deferOrEnd(resources, () => Promise.reject(new Error('stuck')));
  expect(ended).toEqual(['late']);
});
