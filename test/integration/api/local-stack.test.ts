import { createHmac } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { type FakeSmartsupp, startFakeSmartsupp } from '../../support/fake-smartsupp.ts';
import { type CliStage, setStageOn, startPatience, startTestCrm, type TestCrm } from '../cli/support/stage.ts';
import { newDirectory } from '../local/support/directory.ts';
import { eventually } from '../local/support/eventually.ts';
import { processesOf } from '../local/support/stack.ts';
import { chatOf, hookOf } from './system.ts';

// Real processes, and a machine that may be busy.
jest.setTimeout(120_000);

const token = 'token-of-the-local-stack';
const secret = 'shared-secret-of-the-local-stack';
let fake: FakeSmartsupp;
let crm: TestCrm;
let stage: CliStage;

beforeAll(async () => {
  [fake, crm] = await Promise.all([startFakeSmartsupp({ token }), startTestCrm()]);
  const directory = newDirectory();
  const configFile = join(directory, 'config.json');
  const api = { accountId: '208', url: fake.url };
  const destinations = [{ name: 'shop', adapter: 'webhook', url: `${crm.url}/shop` }];
  writeFileSync(configFile, JSON.stringify({ api, destinations }));
  stage = await setStageOn(directory, configFile, {
    FORWARDER_SECRET_API: token,
    FORWARDER_SECRET_WEBHOOKS: `${secret} another`,
  });
}, startPatience);
afterAll(async () => {
  await stage.end();
  await Promise.all([crm.close(), fake.close()]);
});

const sign = (body: string, by = secret) => createHmac('sha256', by).update(body).digest('hex');

async function post(event: string, data: object, { by = secret, url = `${stage.stack.hookUrl}/events` } = {}) {
  const body = JSON.stringify({ type: 'event_callback', event, account_id: 208, data });
  const headers = { 'content-type': 'application/json', 'x-smartsupp-hmac': sign(body, by) };
  return (await fetch(url, { method: 'POST', body, headers })).status;
}

/** The name of the function that a process runs. Linux only. */
function functionOf(pid: number): string {
  try {
    const environment = readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0');
    return environment.find((each) => each.startsWith('AWS_LAMBDA_FUNCTION_NAME=')) ?? '';
  } catch {
    return '';
  }
}

const closed = (id: string) => post('conversation.closed', { close_type: 'agent_close', conversation: { id } });

describe('the second source on the local stack', () => {
  test('hides a conversation whose fetching was killed until just after its minute, which passes meanwhile', async () => {
    fake.put(chatOf('coKilled', ['Hello']));
    const isOfIt = ({ path }: { readonly path: string }) => path.endsWith('coKilled/messages');
    fake.inject({ on: isOfIt, how: 'silence' });
    expect(await closed('coKilled')).toBe(200);
    await eventually(() => fake.calls.some(isOfIt), 30_000);
    const data = join(stage.directory, 'data');
    const ofFetch = processesOf(data).filter(({ pid }) => functionOf(pid).includes('Fetch'));
    expect(ofFetch.length).toBeGreaterThan(0);
    for (const { pid } of ofFetch) process.kill(pid, 'SIGKILL');
    const { stdout } = await stage.forwarder(['status', '--local']);
    expect(stdout).toMatch(/^ {2}to fetch +0 {3}and 1 in flight or delayed$/m);
  });

  test('brings a chat from a signed webhook to the CRM', async () => {
    fake.put(chatOf('coOne', ['Hello']));
    expect(await closed('coOne')).toBe(200);
    await eventually(() => crm.taken('/shop').includes('208:coOne'));
  });

  test('brings a chat once that the hook and a webhook tell of, and shows it under either id', async () => {
    const visitor = { name: 'Eva Horáková', email: 'eva@example.com' };
    const body = hookOf(77, 'Do you ship to Brno?', visitor);
    expect((await fetch(stage.stack.hookUrl, { method: 'POST', body })).status).toBe(200);
    await eventually(() => crm.taken('/shop').includes('208:77'));
    fake.put(chatOf('coBoth', ['Do you ship to Brno?'], { contact: visitor, conversation: { tags: ['VIP'] } }));
    expect(await closed('coBoth')).toBe(200);
    const show = async () =>
      JSON.parse((await stage.forwarder(['show', '208:coBoth', '--local', '--json'])).stdout || '{}');
    await eventually(async () => (await show()).conversation?.tags?.includes('VIP'), 30_000);
    expect(await show()).toMatchObject({ id: '208:77', alsoAs: ['208:coBoth'] });
    expect(crm.taken('/shop')).not.toContain('208:coBoth');
  });

  test('takes either secret, and neither a wrong one nor a wrong key', async () => {
    fake.put(chatOf('coTwo', ['Hello']));
    expect(await post('conversation.rated', { conversation: { id: 'coTwo' } }, { by: 'another' })).toBe(200);
    await eventually(() => crm.taken('/shop').includes('208:coTwo'));
    expect(await post('conversation.closed', {}, { by: 'a guess' })).toBe(401);
    const wrongKey = stage.stack.hookUrl.replace(/[^/]+$/, 'guessed/events');
    expect(await post('conversation.closed', {}, { url: wrongKey })).toBe(404);
    expect(await post('conversation.opened', {})).toBe(200);
  });

  test('lists what Smartsupp does not know, and replays it once it does', async () => {
    expect(await closed('coLate')).toBe(200);
    const list = async () => (await stage.forwarder(['list', '--local', '--state', 'rejected'])).stdout;
    let listed = '';
    await eventually(async () => {
      listed = await list();
      return listed.includes('not-fetched');
    }, 30_000);
    expect(listed).toMatch(/not-fetched: Smartsupp answered 404/);
    fake.put(chatOf('coLate', ['Hello']));
    const replayed = await stage.forwarder(['replay', '--local', '--state', 'rejected', '--yes']);
    expect(replayed.stdout).toMatch(/^1 chat sent again/);
    await eventually(() => crm.taken('/shop').includes('208:coLate'));
  });

  test('fetches the conversation again whose fetching was killed, and delivers it once', async () => {
    await eventually(() => crm.taken('/shop').includes('208:coKilled'), 100_000);
    expect(crm.taken('/shop').filter((id) => id === '208:coKilled')).toHaveLength(1);
  });

  test('is checked by doctor', async () => {
    const doctor = async (env: NodeJS.ProcessEnv = {}) => {
      const config = { FORWARDER_CONFIG: join(stage.directory, 'config.json') };
      const { stdout } = await stage.forwarder(['doctor', '--local'], { env: { ...config, ...env } });
      return stdout.replaceAll(/\s+/g, ' ');
    };
    const well = await doctor();
    expect(well).toContain('✓ REST API Smartsupp accepts the token.');
    expect(well).toMatch(/✓ webhooks The last one came \d+ (s|min) ago\./);
    expect(well).toContain('✓ fetch queue Nothing waits to be fetched.');
    expect(well).toMatch(/✓ reconcile Everything that ended until \d+ (s|min) ago is known\./);
    expect(await doctor({ FORWARDER_SECRET_API: 'wrong' })).toMatch(/✗ REST API Smartsupp answered 401 .*secret api/);
  });

  test('is in the e-mail to Smartsupp', async () => {
    const { stdout } = await stage.forwarder(['url', '--local', '--json']);
    const { webhooksUrl, letters } = JSON.parse(stdout);
    expect(webhooksUrl).toBe(`${stage.stack.hookUrl}/events`);
    expect(letters.en.text).toContain('X-Smartsupp-Hmac');
  });

  test('has secrets that a command stores after it has tried them', async () => {
    const config = { FORWARDER_CONFIG: join(stage.directory, 'config.json') };
    const store = (name: string, input: string) =>
      stage.forwarder(['secret', name, '--local', '--secret-stdin'], { cwd: stage.directory, env: config, input });
    const wrong = await store('api', 'wrong');
    expect([wrong.code, wrong.stderr.replaceAll(/\s+/g, ' ')]).toEqual([1, expect.stringMatching(/answered 401/)]);
    expect((await store('api', token)).code).toBe(0);
    expect((await store('webhooks', 'one two three')).code).toBe(2);
    expect((await store('webhooks', 'new old')).code).toBe(0);
  });
});
