import { request } from 'node:http';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { createRecords } from '../../../lambda/store/records.ts';
import { eventually } from '../local/support/eventually.ts';
import { type Dashboard, startDashboard } from './support/dashboard.ts';
import { type CliStage, chatBody, setCliStage, startPatience, startTestCrm, type TestCrm } from './support/stage.ts';

// Real processes, and a machine that may be busy.
jest.setTimeout(150_000);
const patience = 60_000;

let crm: TestCrm;
let stage: CliStage;
let dashboard: Dashboard;
let cookie: string;
beforeAll(async () => {
  crm = await startTestCrm();
  stage = await setCliStage(crm, ['crm']);
  dashboard = await startDashboard(stage);
  const signedIn = await fetch(dashboard.url, { redirect: 'manual' });
  cookie = signedIn.headers.get('set-cookie') ?? '';
}, startPatience * 2);
afterAll(async () => {
  expect(await dashboard.end()).toBe(0);
  await crm.close();
  await stage.end();
});

const get = async (path: string, headers: Readonly<Record<string, string>> = { cookie }) => {
  const response = await fetch(dashboard.origin + path, { headers, redirect: 'manual' });
  return { status: response.status, text: await response.text() };
};

const post = async (path: string, fields: Readonly<Record<string, string>>, headers: Record<string, string> = {}) => {
  const response = await fetch(dashboard.origin + path, {
    method: 'POST',
    headers: { origin: dashboard.origin, cookie, accept: 'application/json', ...headers },
    body: new URLSearchParams(fields),
    redirect: 'manual',
  });
  return { status: response.status, answer: await response.json().catch(() => ({})) };
};

const stateOf = async (id: string) => (await createRecords(stage.table).deliveriesOf(id))[0]?.state;

async function park(channel: number, email: string): Promise<string> {
  crm.refuse('no such property');
  expect((await fetch(stage.stack.hookUrl, { method: 'POST', body: chatBody(channel, 'Hello', email) })).status).toBe(
    200,
  );
  const id = `208:${channel}`;
  await eventually(async () => (await stateOf(id)) === 'parked', patience);
  return id;
}

test('only who has its address gets in, and the address is on this machine', async () => {
  expect(dashboard.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/\?token=[\w-]{32}$/);
  expect(cookie).toMatch(/; HttpOnly; SameSite=Strict$/);
  for (const path of ['/inspector', '/inspector/208%3A1/body', '/events', '/assets/page.js', '/?token=wrong']) {
    const { status, text } = await get(path, {});
    expect([path, status]).toEqual([path, 401]);
    expect(text).not.toContain('208');
  }
  expect(await get('/')).toMatchObject({ status: 303 });
  expect(await get('/inspector')).toMatchObject({ status: 200 });
});

test('a foreign name that leads here is refused, with the cookie and without', async () => {
  const { hostname, port } = new URL(dashboard.origin);
  const status = await new Promise((resolve) =>
    request(
      { hostname, port, path: '/inspector', headers: { host: `rebound.example:${port}`, cookie } },
      ({ statusCode }) => resolve(statusCode),
    ).end(),
  );
  expect(status).toBe(421);
});

test('a form of a foreign page changes nothing', async () => {
  const id = await park(1, 'eva@example.com');
  crm.mend();
  for (const origin of ['https://evil.example', 'null', 'http://127.0.0.1:1']) {
    expect((await post('/inspector/replay', { id }, { origin })).status).toBe(403);
    expect((await post('/inspector/erase', { id, meant: 'yes' }, { origin })).status).toBe(403);
  }
  expect(await stateOf(id)).toBe('parked');
});

test('a parked chat is seen with its reason, sent again, and arrives', async () => {
  const id = await park(2, 'jan@example.com');
  const path = `/inspector/${encodeURIComponent(id)}`;
  expect((await get('/inspector?show=parked')).text).toContain(`id="hook-${id}"`);
  const { text } = await get(path);
  expect(text).toContain('no such property');
  expect(text).toContain('npx forwarder show &#39;208:2&#39; --body | npx forwarder preview -');
  crm.mend();
  expect(await post('/inspector/replay', { id })).toMatchObject({
    status: 200,
    answer: { words: 'Sent again to crm.' },
  });
  await eventually(async () => (await stateOf(id)) === 'delivered', patience);
});

test('a parked chat is dismissed by the operator whom AWS knows, and that is taken back', async () => {
  const id = await park(4, 'ota@example.com');
  crm.mend();
  const path = `/inspector/${encodeURIComponent(id)}`;
  expect((await post('/inspector/dismiss', { id, reason: ' ' })).status).toBe(400);
  const dismissed = await post('/inspector/dismiss', { id, reason: 'a <test> of ours' });
  expect(dismissed).toMatchObject({ status: 200, answer: { words: 'Dismissed at crm.' } });
  const [, text = ''] = (await get(path)).text.split('id="detail"');
  expect(text).toContain('data-state="dismissed"');
  expect(text).not.toContain('data-state="parked"');
  expect(text).toContain('a &lt;test&gt; of ours');
  expect(text).toContain('>eva<');
  expect((await get('/inspector?show=dismissed')).text).toContain(`id="hook-${id}"`);
  expect((await get('/inspector?show=parked')).text).not.toContain(`id="hook-${id}"`);
  expect(await post('/inspector/undo', { id })).toMatchObject({ answer: { words: 'No longer dismissed at crm.' } });
  expect((await get('/inspector?show=parked')).text).toContain(`id="hook-${id}"`);
});

test('what would be erased of a person is shown, and erased when that is meant', async () => {
  const id = await park(3, 'petr@example.com');
  crm.mend();
  const shown = await get(`/inspector/${encodeURIComponent(id)}/erase`);
  expect(shown.text).toContain('Found: 1 chat. Nothing was changed.');
  expect((await post('/inspector/erase', { id })).status).toBe(400);
  expect(await stateOf(id)).toBe('parked');
  const { status, answer } = await post('/inspector/erase', { id, meant: 'yes' });
  expect([status, answer]).toEqual([200, expect.objectContaining({ words: expect.stringContaining('1 chat here') })]);
  expect(await stateOf(id)).toBeUndefined();
  expect((await get(`/inspector/${encodeURIComponent(id)}`)).status).toBe(404);
});
