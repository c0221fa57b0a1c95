import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { newDirectory } from './support/directory.ts';
import { eventually } from './support/eventually.ts';
import { type LocalStack, processesOf, startLocalStack } from './support/stack.ts';

// Real processes, and a machine that may be busy.
jest.setTimeout(120_000);

const directory = newDirectory();
let stack: LocalStack;

beforeAll(async () => {
  stack = await startLocalStack(directory);
}, 200_000);

afterAll(async () => {
  stack.child.kill('SIGKILL');
  await eventually(() => processesOf(directory).length === 0);
});

const chat = (id: number) =>
  JSON.stringify({ accountId: 208, channel: { id, isMissed: true }, visitor: { email: `${id}@example.com` } });
const post = (body: string) => fetch(stack.hookUrl, { method: 'POST', body });
const get = async (path: string) => (await fetch(new URL(path, stack.pageUrl))).text();
const press = async (button: string, fields: Readonly<Record<string, string>>) => {
  const { origin } = new URL(stack.pageUrl);
  const response = await fetch(`${origin}/inspector/${button}`, {
    method: 'POST',
    headers: { origin, accept: 'application/json' },
    body: new URLSearchParams(fields),
  });
  return Object(await response.json());
};
const callsOf = async (id: number) => (await get(`/inspector/208%3A${id}`)).match(/200: it [^<]+/g) ?? [];
const arrived = (id: number) => eventually(async () => (await callsOf(id)).length > 0, 20_000);

describe('the inspector of the running stack', () => {
  test('has the body as it came, and where it was delivered', async () => {
    await post(chat(1));
    await arrived(1);
    expect(await get('/inspector/208%3A1/body')).toBe(chat(1));
    expect(await get('/inspector')).toMatch(/id="hook-208:1"[\s\S]*Delivered/);
  });

  test('makes one note of twenty copies at once', async () => {
    const body = chat(2);
    expect(await press('send', { body, copies: '20' })).toMatchObject({
      words: expect.stringContaining('answered 200'),
    });
    await arrived(2);
    const page = await get('/inspector/208%3A2');
    expect(page).toMatch(/20 copies came, 1 call went to the CRM, which has 1 note\./);
  });

  test('sends a chat again, which the CRM has already', async () => {
    await post(chat(3));
    await arrived(3);
    expect(await press('replay', { id: '208:3' })).toMatchObject({ words: 'Sent again to demo.' });
    await eventually(async () => (await callsOf(3)).length === 2, 20_000);
    expect(await callsOf(3)).toEqual(['200: it kept the chat.', '200: it had this already, so nothing changed.']);
  });

  test('keeps what is not a chat, and says so when it is sent again', async () => {
    const { path } = await press('send', { body: '{"hello":1}', copies: '1' });
    const id = /^\/inspector\/(\w+)\?/.exec(path)?.[1] ?? '';
    expect(await get(`/inspector/${id}/body`)).toBe('{"hello":1}');
    expect(await press('replay', { id })).toMatchObject({ words: expect.stringContaining('Still refused') });
  });

  test('kills deliver while it brings a chat, and other chats go on', async () => {
    await press('faults', { fault: 'kill-deliver', on: '1' });
    await post(chat(4));
    await eventually(() => stack.output().includes('deliver failed: Runtime.ExitError'), 20_000);
    expect(await get('/inspector/208%3A4')).toContain('another takes over at');
    await post(chat(5));
    await arrived(5);
  });
});
