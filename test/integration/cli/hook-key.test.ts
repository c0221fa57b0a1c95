import { createHash } from 'node:crypto';
import { copyFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { newDirectory } from '../local/support/directory.ts';
import { type FakeAccount, startFakeAccount } from './support/fake-account.ts';
import { startFakeCloudFormation } from './support/fake-cloudformation.ts';
import { createForwarderHere } from './support/forwarder.ts';

// Real processes, and a machine that may be busy.
jest.setTimeout(60_000);

const arn = 'arn:aws:secretsmanager:eu-central-1:123456789012:secret:key';
const firstKey = 'k'.repeat(43);
const digest = (key: string | undefined) => createHash('sha256').update(String(key)).digest('hex');

describe('on AWS', () => {
  let directory: string;
  let account: FakeAccount;
  beforeEach(async () => {
    directory = newDirectory();
    copyFileSync('cdk.json', join(directory, 'cdk.json'));
    account = await startFakeAccount({ secrets: { [arn]: firstKey } });
  });
  afterEach(() => account.close());

  const revision = () => JSON.parse(readFileSync(join(directory, 'cdk.json'), 'utf8')).context.hookKeyRevision;

  /** @param valid the keys that the last deployment has read */
  async function forwarder(valid: readonly (string | undefined)[], ...args: readonly string[]) {
    const cloudFormation = await startFakeCloudFormation('SmartsuppCrmForwarder-prod', {
      HookUrl: 'https://hook.example/smartsupp/',
      HookKeyDigests: valid.map(digest).join(','),
      HookKeySecretArn: arn,
      DestinationSecrets: '{}',
      QueueUrl: '',
      DeadLetterQueueUrl: '',
      TableName: 'table',
      ErasureTableName: 'erasures',
    });
    const env = { ...account.env, AWS_ENDPOINT_URL_CLOUDFORMATION: cloudFormation.url };
    const result = await createForwarderHere(join(directory, '.local'))(args, { cwd: directory, env });
    await cloudFormation.close();
    return result;
  }

  test('url prints the whole URL and the e-mail to paste, and warns', async () => {
    const { code, stdout, stderr } = await forwarder(
      [firstKey],
      'url',
      '--language',
      'de',
      '--account',
      'shop@example.com',
    );
    expect(code).toBe(0);
    expect(stdout).toContain(`\nhttps://hook.example/smartsupp/${firstKey}\n`);
    expect(stdout).toContain('Subject: POST hook for our account');
    expect(stdout).toContain('Subject: POST-Hook für unser Konto');
    expect(stdout).toContain('Unser Konto bei Smartsupp: shop@example.com');
    expect(stderr).toContain('! This URL is a password');
    expect(stderr).not.toContain('not valid yet');

    const json = JSON.parse((await forwarder([firstKey], 'url', '--json')).stdout);
    expect(json).toEqual({
      hookUrl: `https://hook.example/smartsupp/${firstKey}`,
      webhooksUrl: null,
      isValid: true,
      to: 'support@smartsupp.com',
      letters: { en: { subject: expect.any(String), text: expect.stringContaining(firstKey) } },
    });
  });

  test('rotate-key makes a new one, keeps the old one until it is retired, and never a third', async () => {
    const before = revision();
    const asked = await forwarder([firstKey], 'rotate-key');
    expect([asked.code, asked.stderr]).toEqual([2, expect.stringContaining('Nobody is here to answer: add --yes')]);
    expect([account.secrets.get(arn), revision()]).toEqual([firstKey, before]);
    const rotated = await forwarder([firstKey], 'rotate-key', '--yes');
    expect([rotated.code, revision()]).toEqual([0, before + 1]);
    expect(rotated.stdout).toMatch(/1\. npx cdk deploy .*\n {2}2\. npx forwarder url .*\n {2}3\. .*--retire-old/);
    const newKey = account.secrets.get(arn);
    expect(newKey).toMatch(/^[A-Za-z0-9]{43}$/);
    expect(account.previous.get(arn)).toBe(firstKey);
    expect(`${rotated.stdout}${rotated.stderr}`).not.toContain(newKey);

    // Not deployed yet.
    const tooEarly = await forwarder([firstKey], 'url');
    expect(tooEarly.stderr).toContain('not valid yet: run npx cdk');
    expect(tooEarly.stdout).not.toContain('Subject:');
    const early = await forwarder([firstKey], 'rotate-key', '--retire-old', '--yes');
    expect([early.code, early.stderr]).toEqual([1, expect.stringContaining('not valid yet')]);
    const again = await forwarder([firstKey], 'rotate-key', '--yes');
    expect([again.code, again.stderr]).toEqual([1, expect.stringContaining('rotate-key --retire-old')]);
    expect([account.secrets.get(arn), revision()]).toEqual([newKey, before + 1]);

    // Deployed, and Smartsupp has changed the URL.
    const unasked = await forwarder([newKey, firstKey], 'rotate-key', '--retire-old');
    expect([unasked.code, unasked.stderr]).toEqual([2, expect.stringContaining('Nobody is here to answer: add --yes')]);
    const retired = await forwarder([newKey, firstKey], 'rotate-key', '--retire-old', '--yes');
    expect([retired.code, revision()]).toEqual([0, before + 2]);
    expect([account.secrets.get(arn), account.previous.get(arn)]).toEqual([newKey, newKey]);
    const nothing = await forwarder([newKey], 'rotate-key', '--retire-old', '--yes');
    expect([nothing.code, nothing.stderr]).toEqual([1, 'There is only one key, so there is nothing to retire.\n']);
    expect((await forwarder([newKey], 'rotate-key', '--yes')).code).toBe(0);
  });

  test('outside of the project nothing is changed', async () => {
    directory = newDirectory();
    const { code, stderr } = await forwarder([firstKey], 'rotate-key', '--yes');
    expect([code, stderr]).toEqual([1, expect.stringContaining("Run this in the project's directory")]);
    expect(account.secrets.get(arn)).toBe(firstKey);
  });
});
