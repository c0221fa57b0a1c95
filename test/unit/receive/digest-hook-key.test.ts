import { createHash } from 'node:crypto';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { CloudFormationCustomResourceEvent } from 'aws-lambda';
import { createDigestHookKey } from '../../../lambda/receive/digest-hook-key.ts';
import { type FakeServer, type Received, type Reply, startFakeServer } from '../../support/fake-server.ts';

const secretId = 'arn:aws:secretsmanager:eu-central-1:123456789012:secret:HookKey-AbCdEf';
const key = 'k'.repeat(43);
const formerKey = 'f'.repeat(43);
const digest = (text: string) => createHash('sha256').update(text).digest('hex');

let versions: Readonly<Record<string, string>>;
let secretsManager: FakeServer;
let cloudFormation: FakeServer;
/** How often IAM does not know the role yet. */
let denials: number;
let waitedMs: number;
let lines: (readonly unknown[])[];
let digestHookKey: ReturnType<typeof createDigestHookKey>;

const secretValue = ({ headers, body }: Received): Reply => {
  const { SecretId, VersionStage } = Object(body);
  const value = versions[VersionStage];
  denials -= 1;
  if (denials >= 0) return { status: 400, body: { __type: 'AccessDeniedException', message: 'not authorized' } };
  const known = headers['x-amz-target'] === 'secretsmanager.GetSecretValue' && SecretId === secretId;
  if (known && value !== undefined) return { status: 200, body: { ARN: SecretId, SecretString: value } };
  return { status: 400, body: { __type: 'ResourceNotFoundException', message: `There is no ${VersionStage}.` } };
};

beforeEach(async () => {
  versions = { AWSCURRENT: key };
  denials = 0;
  waitedMs = 0;
  secretsManager = await startFakeServer(secretValue);
  cloudFormation = await startFakeServer(({ method }) => ({ status: method === 'PUT' ? 200 : 405 }));
  lines = [];
  const note = (...line: readonly unknown[]) => lines.push(line);
  const secrets = new SecretsManagerClient({
    endpoint: secretsManager.url,
    region: 'eu-central-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
  digestHookKey = createDigestHookKey({
    readVersion: (SecretId, VersionStage) => secrets.send(new GetSecretValueCommand({ SecretId, VersionStage })),
    sleep: async (ms) => {
      waitedMs += ms;
    },
    log: { info: note, warn: note, error: note },
  });
});

afterEach(() => Promise.all([secretsManager.close(), cloudFormation.close()]));

const serviceToken = 'arn:aws:lambda:eu-central-1:123456789012:function:Digest';
const stackId = 'arn:aws:cloudformation:eu-central-1:123456789012:stack/Forwarder/1';

const request = (type: 'Create' | 'Update' | 'Delete' = 'Create'): CloudFormationCustomResourceEvent => {
  const common = {
    ServiceToken: serviceToken,
    ResponseURL: `${cloudFormation.url}/answer?Signature=s3cret`,
    StackId: stackId,
    RequestId: 'request-1',
    LogicalResourceId: 'HookKeyDigests',
    ResourceType: 'Custom::HookKeyDigests',
    ResourceProperties: { ServiceToken: serviceToken, SecretId: secretId },
  };
  const existing = { ...common, PhysicalResourceId: 'hook-key-digests' };
  if (type === 'Create') return { ...common, RequestType: type };
  if (type === 'Delete') return { ...existing, RequestType: type };
  return { ...existing, RequestType: type, OldResourceProperties: common.ResourceProperties };
};

const noKey = 'ResourceNotFoundException: There is no AWSCURRENT.';

const answered = () => Object(cloudFormation.requests.at(-1)?.body);

describe('digest-hook-key', () => {
  it('waits until IAM knows its role, at most 36 seconds', async () => {
    denials = 9;
    await digestHookKey(request());
    expect(answered()).toMatchObject({ Status: 'SUCCESS', Data: { Digests: digest(key) } });
    expect(waitedMs).toBe(36_000);

    denials = 100;
    await digestHookKey(request());
    expect(answered()).toMatchObject({ Status: 'FAILED', Reason: expect.stringContaining('AccessDeniedException') });
    expect(waitedMs).toBe(72_000);
  });

  it.each(['Create', 'Update'] as const)('answers %s with the digest of the key', async (type) => {
    await digestHookKey(request(type));
    expect(cloudFormation.requests).toHaveLength(1);
    expect(answered()).toEqual({
      Status: 'SUCCESS',
      StackId: stackId,
      RequestId: 'request-1',
      LogicalResourceId: 'HookKeyDigests',
      PhysicalResourceId: 'hook-key-digests',
      Data: { Digests: digest(key) },
    });
  });

  it('PUTs to the signed URL as it is, without a content type, which would break the signature', async () => {
    await digestHookKey(request());
    const [put] = cloudFormation.requests;
    expect(put).toMatchObject({ method: 'PUT', path: '/answer' });
    expect(put?.query.get('Signature')).toBe('s3cret');
    expect(put?.headers).not.toHaveProperty('content-type');
  });

  it('keeps the former key valid during a rotation', async () => {
    versions = { AWSCURRENT: key, AWSPREVIOUS: formerKey };
    await digestHookKey(request('Update'));
    expect(answered().Data).toEqual({ Digests: `${digest(key)},${digest(formerKey)}` });
  });

  it('lists a key once that was put there twice', async () => {
    versions = { AWSCURRENT: key, AWSPREVIOUS: key };
    await digestHookKey(request('Update'));
    expect(answered().Data).toEqual({ Digests: digest(key) });
  });

  it('answers a deletion without reading the secret', async () => {
    versions = {};
    await digestHookKey(request('Delete'));
    expect(answered()).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: 'hook-key-digests' });
  });

  it('fails the deployment at once where there is no key', async () => {
    versions = {};
    await digestHookKey(request());
    expect(answered()).toMatchObject({ Status: 'FAILED', Reason: noKey, PhysicalResourceId: 'hook-key-digests' });
  });

  it('does not mistake a refused read of the former key for its absence', async () => {
    const body = { __type: 'DecryptionFailure', message: 'no' };
    secretsManager.inject({ on: ({ text }) => text.includes('AWSPREVIOUS'), how: { status: 400, body } });
    await digestHookKey(request());
    expect(answered()).toMatchObject({
      Status: 'FAILED',
      Reason: 'DecryptionFailure: no',
    });
  });

  it.each(['', `${key}\n`, 'a/b', 'klíč'])('refuses a key that no URL can carry: %j', async (AWSCURRENT) => {
    versions = { AWSCURRENT };
    await digestHookKey(request());
    expect(answered()).toMatchObject({ Status: 'FAILED', Reason: expect.stringContaining('deploy again') });
    expect(answered().Reason).not.toContain(key);
  });

  it('ignores a former key that no URL can carry', async () => {
    versions = { AWSCURRENT: key, AWSPREVIOUS: `${formerKey}\n` };
    await digestHookKey(request('Update'));
    expect(answered().Data).toEqual({ Digests: digest(key) });
  });

  it('fails, so that Lambda tries again, when the answer is not taken', async () => {
    cloudFormation.inject({ how: { status: 503 } });
    await expect(digestHookKey(request())).rejects.toThrow('CloudFormation did not take the answer: HTTP 503');
  });

  it('fails without naming the URL when nobody is there to answer to', async () => {
    const event = request();
    await cloudFormation.close();
    await expect(digestHookKey(event)).rejects.toThrow(/^CloudFormation could not be reached: ECONNREFUSED$/);
  });

  it.each([
    'http://cloudformation.example.com/answer?Signature=s3cret',
    'file:///answer?Signature=s3cret',
    'no URL?Signature=s3cret',
  ])('answers to nobody at %s', async (ResponseURL) => {
    const refusal = /^The URL to answer to is neither HTTPS nor on this machine.$/;
    await expect(digestHookKey({ ...request(), ResponseURL })).rejects.toThrow(refusal);
  });

  it('logs what it did, and neither the key nor the URL', async () => {
    await digestHookKey(request());
    versions = {};
    await digestHookKey(request());
    expect(lines).toEqual([
      ['hook key digested', { request: 'Create' }],
      ['hook key not digested', { request: 'Create', reason: noKey }],
    ]);
  });
});
