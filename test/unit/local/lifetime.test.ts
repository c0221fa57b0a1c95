import { expect, test } from '@jest/globals';
import { createLifetime } from '../../../local/lib/lifetime.ts';

test('everything ends once, last first, whatever fails', async () => {
  const lifetime = createLifetime();
  const ended: string[] = [];
  lifetime.onEnd(() => ended.push('first'));
  lifetime.onEnd(() => Promise.reject(new Error('stuck')));
  lifetime.onEnd(async () => ended.push('last'));
  await Promise.all([lifetime.end(), lifetime.end()]);
  expect(ended).toEqual(['last', 'first']);
  expect(lifetime.signal.aborted).toBe(true);
});

test('what is started during the end, ends at once', async () => {
  const lifetime = createLifetime();
  await lifetime.end();
  const ended: string[] = [];
  lifetime.onEnd(() => ended.push('late'));
  expect(ended).toEqual(['late']);
});
