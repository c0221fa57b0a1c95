import { isUtf8 } from 'node:buffer';
import { deflateSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { hostileBodies } from '../../fixtures/hostile-bodies.ts';
import { newDirectory } from '../local/support/directory.ts';
import { eventually } from '../local/support/eventually.ts';
import { type LocalStack, processesOf, startLocalStack } from '../local/support/stack.ts';

jest.setTimeout(120_000);

const directory = newDirectory();
let stack: LocalStack;
beforeAll(async () => {
  stack = await startLocalStack(directory);
});
afterAll(async () => {
  stack.child.kill('SIGKILL');
  await eventually(() => processesOf(directory).length === 0);
});

/** One of each kind. Those with many quotes are too large for Lambda as an event, where each takes two characters. */
const nasty = [
  'an unknown key nested as deeply as six megabytes go',
  '100,000 variables',
  '100,000 empty messages',
  'one message of six megabytes',
  'keys that pollute prototypes, at every level',
  'half characters',
  'control characters',
  'right-to-left overrides',
  'a script in every field',
  'two million empty messages',
  'a variable whose key is five megabytes',
  'a number beyond all bounds',
  'a chat in Latin-1',
  'a chat in gzip',
  'a chat in a form',
  'a bomb of 200 megabytes',
];

test('the running stack answers what is hostile, and goes on', async () => {
  const bodies = hostileBodies.filter(({ what }) => nasty.includes(what));
  expect(bodies).toHaveLength(nasty.length);
  for (const { what, make, answer } of bodies) {
    const bytes = make();
    // API Gateway makes UTF-8 of a body that is declared as JSON, so nobody can inflate it afterwards.
    const types = isUtf8(bytes) || bytes[0] !== 0x1f ? ['application/json'] : [];
    for (const type of isUtf8(bytes) ? types : [...types, 'application/octet-stream']) {
      const request = { method: 'POST', headers: { 'content-type': type }, body: new Uint8Array(bytes) };
      const { status } = await fetch(stack.hookUrl, request);
      expect({ what, type, status }).toEqual({ what, type, status: answer });
    }
  }
  const chat = '{"accountId":208,"channel":{"id":"packed"},"messages":[{"type":"visitor","content":"Žofie"}]}';
  const packed = [
    [gzipSync(chat), { 'content-type': 'application/json', 'content-encoding': 'gzip' }],
    [deflateSync(chat), { 'content-type': 'application/json', 'content-encoding': 'deflate' }],
    [Buffer.from(`payload=${encodeURIComponent(chat)}`), { 'content-type': 'application/x-www-form-urlencoded' }],
  ] as const;
  for (const [bytes, headers] of packed) {
    const answer = await fetch(stack.hookUrl, { method: 'POST', headers, body: new Uint8Array(bytes) });
    expect(await answer.json()).toEqual({ status: 'accepted', conversationId: '208:packed' });
  }
  // They are copies of one chat; in the longest of them nobody said anything, so that it goes nowhere.
  await eventually(() => /208:55039 {2}(delivered to|skipped for) demo/.test(stack.output()), 30_000);
  const messages = [{ type: 'visitor', content: 'Hello' }];
  const last = JSON.stringify({ accountId: 208, channel: { id: 'the-last' }, messages });
  expect((await fetch(stack.hookUrl, { method: 'POST', body: last })).status).toBe(200);
  await eventually(() => stack.output().includes('208:the-last  delivered to demo'), 30_000);
  expect(stack.output()).not.toContain('failed');
});
