import { expect, test } from '@jest/globals';
import { coalesced } from '../../../local/servers/coalesced.ts';

function createWork() {
  const begun: PromiseWithResolvers<void>[] = [];
  const ask = coalesced(() => {
    const work = Promise.withResolvers<void>();
    begun.push(work);
    return work.promise;
  });
  return { begun, ask };
}

test('whoever asks while it is under way waits for the next, which is one for all of them', async () => {
  const { begun, ask } = createWork();
  const first = ask();
  let hasEnded = false;
  const others = Promise.all([ask(), ask()]).then(() => {
    hasEnded = true;
  });
  expect(begun).toHaveLength(1);
  begun[0]?.resolve();
  await first;
  expect(begun).toHaveLength(2);
  expect(hasEnded).toBe(false);
  begun[1]?.resolve();
  await others;
  expect(begun).toHaveLength(2);
});

test('one that fails is told to those it was for, and keeps nobody from the next', async () => {
  const { begun, ask } = createWork();
  const first = ask();
  const second = ask();
  begun[0]?.reject(new Error('the disk is full'));
  await expect(first).rejects.toThrow('the disk is full');
  begun[1]?.resolve();
  await expect(second).resolves.toBeUndefined();
  const third = ask();
  expect(begun).toHaveLength(3);
  begun[2]?.resolve();
  await third;
});
