import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, jest, test } from '@jest/globals';
import { startFakeServer } from '../../support/fake-server.ts';
import { chatBody, setStageOn, startTestCrm } from '../cli/support/stage.ts';
import { newDirectory } from './support/directory.ts';
import { eventually } from './support/eventually.ts';

// The stack is started twice, on a machine that may be busy.
jest.setTimeout(300_000);

test('a missed chat, a parked one and a refused body are told to the channel by the next run, with no visitor’s words', async () => {
  const channel = await startFakeServer(() => ({ status: 200, body: 'ok' }));
  const crm = await startTestCrm();
  const directory = newDirectory();
  const configFile = join(directory, 'config.json');
  const config = {
    timezone: 'Europe/Prague',
    notify: { to: 'slack' },
    destinations: [{ name: 'crm', adapter: 'webhook', url: `${crm.url}/crm` }],
  };
  writeFileSync(configFile, JSON.stringify(config));
  const start = () => setStageOn(directory, configFile, { FORWARDER_SECRET_NOTIFY: `${channel.url}/T0/B0/secret` });
  let stage = await start();
  try {
    // The first run notes from when on it tells.
    await eventually(async () => (await stage.table.get({ pk: 'TOLD', sk: 'TOLD' })) !== undefined, 60_000);
    crm.refuse('no such property');
    for (const body of [chatBody(1, 'My secret question', 'eva@example.com'), '{}']) {
      await fetch(stage.stack.hookUrl, { method: 'POST', body });
    }
    await eventually(() => stage.stack.output().includes('208:1  parked for crm'), 60_000);
    // Each minute here as on AWS, and when the stack starts: nobody need wait for it here.
    await stage.end();
    stage = await start();
    await eventually(() => channel.requests.length >= 3, 60_000);
    const titles = channel.requests.map(({ body }) => Object(body).text).toSorted();
    expect(titles).toEqual([
      'A body was refused, and kept',
      'Given up at crm: the chat of Eva',
      'Missed chat with Eva',
    ]);
    const told = JSON.stringify(channel.requests.map(({ body }) => body));
    expect(told).toContain('npx forwarder replay 208:1');
    expect(told).toContain('eva@example.com');
    expect(told).not.toContain('secret question');
  } finally {
    await stage.end();
    await Promise.all([channel.close(), crm.close()]);
  }
});
