import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { afterEach, expect, test } from '@jest/globals';
import { createReadSecret } from '../../../lambda/platform/secrets.ts';
import { type FakeAws, startFakeAws } from '../../support/fake-aws.ts';

let secretsManager: FakeAws;
afterEach(() => secretsManager.close());

/** Secrets Manager with one secret, and a clock that is set. */
async function createSystem(secret: Readonly<Record<string, unknown>>) {
  secretsManager = await startFakeAws(() => secret);
  let clock = new Date('2026-05-04T08:00:00Z');
  return {
    read: createReadSecret(new SecretsManagerClient(secretsManager.options), () => clock),
    pass: (seconds: number) => {
      clock = new Date(clock.getTime() + seconds * 1000);
    },
  };
}

test('a secret is read once in five minutes', async () => {
  const { read, pass } = await createSystem({ SecretString: 'a token' });
  expect(await read('sales')).toBe('a token');
  pass(299);
  expect(await read('sales')).toBe('a token');
  expect(secretsManager.asked()).toEqual([{ operation: 'GetSecretValue', input: { SecretId: 'sales' } }]);
  pass(1);
  await read('sales');
  await read('support');
  expect(secretsManager.asked()).toHaveLength(3);
});

test('concurrent reads of a secret ask for it once', async () => {
  const { read } = await createSystem({ SecretString: 'a token' });
  expect(await Promise.all([read('sales'), read('sales')])).toEqual(['a token', 'a token']);
  expect(secretsManager.asked()).toHaveLength(1);
});

test.each([
  ['empty', { SecretString: '' }],
  ['no text', { SecretBinary: 'AAEC' }],
])('a secret that is %s is an error, and is asked for again', async (_what, secret) => {
  const { read } = await createSystem(secret);
  for (let time = 0; time < 2; time += 1) {
    await expect(read('sales')).rejects.toThrow('The secret sales has no text. Store the credentials in it.');
  }
  expect(secretsManager.asked()).toHaveLength(2);
});
