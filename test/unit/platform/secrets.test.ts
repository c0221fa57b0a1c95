import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { afterEach, describe, expect, test } from '@jest/globals';
import { createReadSecret, EmptySecret } from '../../../lambda/platform/secrets.ts';
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

describe('while Secrets Manager is away', () => {
  const away = { status: 400, body: { __type: 'InternalServiceError', message: 'away' } };

  test('a secret that was read before stays in use, and is asked for again after five minutes', async () => {
    const { read, pass } = await createSystem({ SecretString: 'a token' });
    await read('sales');
    pass(300);
    secretsManager.inject({ how: away });
    expect(await Promise.all([read('sales'), read('sales')])).toEqual(['a token', 'a token']);
    pass(299);
    expect(await read('sales')).toBe('a token');
    expect(secretsManager.asked()).toHaveLength(2);
    pass(1);
    secretsManager.inject({ how: { status: 200, body: { SecretString: 'a new token' } } });
    expect(await read('sales')).toBe('a new token');
  });

  test('one that was not read before is an error, and is asked for again', async () => {
    const { read } = await createSystem({ SecretString: 'a token' });
    secretsManager.inject({ how: away });
    await expect(read('sales')).rejects.toThrow('away');
    expect(await read('sales')).toBe('a token');
  });
});

test('a secret that was emptied is not used any more', async () => {
  const { read, pass } = await createSystem({ SecretString: 'a token' });
  await read('sales');
  pass(300);
  secretsManager.inject({ how: { status: 200, body: { SecretString: '' } } });
  await expect(read('sales')).rejects.toThrow(EmptySecret);
});
