import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { newDirectory } from '../local/support/directory.ts';
import { eventually } from '../local/support/eventually.ts';
import { type LocalStack, startLocalStack } from '../local/support/stack.ts';

// Real processes, and a machine that may be busy.
jest.setTimeout(120_000);

let stack: LocalStack;
beforeAll(async () => {
  stack = await startLocalStack(newDirectory());
}, 200_000);
afterAll(async () => {
  stack.child.kill('SIGTERM');
  await stack.exit;
});

const page = async (path = '') => (await fetch(new URL(path, stack.pageUrl))).text();

/** As the page's own form posts. Returns the page that it leads to. */
async function post(path: string, fields: Readonly<Record<string, string>>): Promise<string> {
  const { origin } = new URL(stack.pageUrl);
  const answer = await fetch(new URL(path, stack.pageUrl), {
    method: 'POST',
    headers: { origin },
    body: new URLSearchParams(fields),
  });
  expect(answer.status).toBe(200);
  return answer.text();
}

const ids = async () => [...(await page()).matchAll(/id="chat-(100200:co\w+)"/g)].map(([, id]) => id);

test('a sample comes by a signed webhook, and is read from the fake Smartsupp', async () => {
  expect(await page()).toContain('by a webhook and REST');
  expect(await post('/samples', { sample: 'answered', way: 'webhook' })).toContain('Sent by a signed webhook');
  await eventually(async () => (await ids()).length === 1, 30_000);
  const [id = ''] = await ids();
  const chat = await page(`/chats/${encodeURIComponent(id)}`);
  expect(chat).toContain('Lucie Horáková');
  expect(chat).toContain('demo');
  // A webhook is no hook.
  expect(await page('/inspector')).not.toMatch(/id="hook-refused/);
});

test('a sample that is lost on its way comes once the page heals', async () => {
  expect(await post('/samples', { sample: 'missed', way: 'lost' })).toContain('only Smartsupp knows of it');
  expect(await ids()).toHaveLength(1);
  expect(await post('/inspector/heal', {})).toContain('1 chat was lost');
  await eventually(async () => (await ids()).length === 2, 30_000);
});
