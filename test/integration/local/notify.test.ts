import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, jest, test } from '@jest/globals';
import { startFakeServer } from '../../support/fake-server.ts';
import { chatBody, setStageOn, startTestCrm } from '../cli/support/stage.ts';
import { newDirectory } from './support/directory.ts';
import { eventually } from './support/eventually.ts';

// Notify runs every minute, here as on AWS.
jest.setTimeout(400_000);

test('a missed chat, a parked one and a refused body are told to the channel within a minute, with no visitor’s words', async () => {
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
  const stage = await setStageOn(directory, configFile, { FORWARDER_SECRET_NOTIFY: `${channel.url}/T0/B0/secret` });
  try {
    // The first run notes from when on it tells.
    await eventually(async () => (await stage.table.get({ pk: 'TOLD', sk: 'TOLD' })) !== undefined, 90_000);
    crm.refuse('no such property');
    const begin = Date.now();
    for (const body of [chatBody(1, 'My secret question', 'eva@example.com'), '{}']) {
      await fetch(stage.stack.hookUrl, { method: 'POST', body });
    }
    await eventually(() => channel.requests.length >= 3, 150_000);
    expect(Date.now() - begin).toBeLessThan(90_000);
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
