import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { parseConfig } from '../../../infra/config/load.ts';
import { createHttpClient } from '../../../lambda/crm/http/http.ts';
import { createDestinations } from '../../../lambda/deliver/destinations.ts';
import { EmptySecret } from '../../../lambda/platform/secrets.ts';
import { type FakeServer, startFakeServer } from '../../support/fake-server.ts';
import { createMemoryToken } from '../../support/memory-token.ts';
import { aHook, createClock, createParts } from './parts.ts';

let crm: FakeServer;
beforeEach(async () => {
  crm = await startFakeServer(() => ({ status: 200, body: {} }));
});
afterEach(() => crm.close());

/** Delivers a chat to a webhook whose secret cannot be read. */
async function deliverWithout(error: Error) {
  const { now } = createClock();
  const parts = createParts(now);
  const config = parseConfig(
    'the test',
    JSON.stringify({ destinations: [{ name: 'shop', adapter: 'webhook', url: crm.url }] }),
  );
  const http = createHttpClient({ now });
  const destinations = createDestinations(
    config,
    { shop: 'arn:shop' },
    { http, now, readSecret: () => Promise.reject(error), tokenOf: createMemoryToken },
  );
  await Promise.all(parts.startProcess({}, { destinations })([await parts.seal(aHook(1))]));
  http.close();
  return parts.deliveryOf(1, 'shop');
}

test('a delivery whose credentials cannot be read is tried again, and says why', async () => {
  const error = Object.assign(new Error('a message of AWS'), { name: 'TimeoutError' });
  expect(await deliverWithout(error)).toMatchObject({
    state: 'pending',
    fault: 'retryable',
    inDoubt: false,
    reason:
      'The credentials of shop cannot be read: AWS Secrets Manager did not return them (TimeoutError). It will be tried again.',
  });
  expect(crm.requests).toEqual([]);
});

test('a delivery without credentials says how to store them', async () => {
  expect(await deliverWithout(new EmptySecret('arn:shop'))).toMatchObject({
    state: 'pending',
    fault: 'credentials',
    reason: 'The secret of shop has no credentials in it. Store them: npx forwarder secret shop.',
  });
});
