import { expect, test } from '@jest/globals';
import { createReadSecret } from '../../../lambda/platform/secrets.ts';

/** Secrets Manager with one secret, and a clock that is set. */
function createSystem(secret: Readonly<Record<string, unknown>>) {
  const asked: object[] = [];
  let clock = new Date('2026-05-04T08:00:00Z');
  const call = async (operation: string, input: object) => {
    asked.push({ operation, ...input });
    return secret;
  };
  return {
    asked,
    read: createReadSecret(call, () => clock),
    pass: (seconds: number) => {
      clock = new Date(clock.getTime() + seconds * 1000);
    },
  };
}

test('a secret is read once in five minutes', async () => {
  const { asked, read, pass } = createSystem({ SecretString: 'a token' });
  expect(await read('sales')).toBe('a token');
  pass(299);
  expect(await read('sales')).toBe('a token');
  expect(asked).toEqual([{ operation: 'GetSecretValue', SecretId: 'sales' }]);
  pass(1);
  await read('sales');
  await read('support');
  expect(asked).toHaveLength(3);
});

test('those who want a secret at the same time ask for it once', async () => {
  const { asked, read } = createSystem({ SecretString: 'a token' });
  expect(await Promise.all([read('sales'), read('sales')])).toEqual(['a token', 'a token']);
  expect(asked).toHaveLength(1);
});

test.each([
  ['empty', { SecretString: '' }],
  ['no text', { SecretBinary: 'AAEC' }],
])('one that is %s says so, and is asked for again', async (_what, secret) => {
  const { asked, read } = createSystem(secret);
  for (let time = 0; time < 2; time += 1) {
    await expect(read('sales')).rejects.toThrow('The secret sales has no text. Store the credentials in it.');
  }
  expect(asked).toHaveLength(2);
});
