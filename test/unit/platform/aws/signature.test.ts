import { describe, expect, test } from '@jest/globals';
import { createSigner } from '../../../../lambda/platform/aws/signature.ts';

const keys = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY' };
const sqs = { host: 'sqs.eu-central-1.amazonaws.com', region: 'eu-central-1', service: 'sqs' };
const headers = { 'content-type': 'application/x-amz-json-1.0', 'x-amz-target': 'AmazonSQS.SendMessage' };
const body = '{"QueueUrl":"https://sqs.eu-central-1.amazonaws.com/1/chats","MessageBody":"Dobrý den"}';
const at = new Date('2026-05-04T08:15:00.250Z');

/** The signatures are those that `SignatureV4` of @smithy/signature-v4 5.7.5, the SDK's own signer, makes of the same. */
test.each([
  [
    'a role',
    { ...keys, sessionToken: 'a-session' },
    'content-type;host;x-amz-date;x-amz-security-token;x-amz-target',
    'a832d2349bdcc1ee9adc0237b80869158ce21aca3ed94c1663e765e2d9c793a4',
  ],
  [
    'a user',
    keys,
    'content-type;host;x-amz-date;x-amz-target',
    'b421ec71a0da625449ad97da5b8a6f4aff9b74d550e0e0f51664b49cce99ee99',
  ],
])('a request is signed with the credentials of %s', (_whose, credentials, names, signature) => {
  expect(createSigner(sqs)(headers, body, credentials, at)).toEqual({
    ...headers,
    host: sqs.host,
    'x-amz-date': '20260504T081500Z',
    ...('sessionToken' in credentials && { 'x-amz-security-token': credentials.sessionToken }),
    authorization:
      'AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20260504/eu-central-1/sqs/aws4_request, ' +
      `SignedHeaders=${names}, Signature=${signature}`,
  });
});

/** AWS's own test suite for signers, of which these are `post-vanilla` and `post-x-www-form-urlencoded`. */
test.each([
  ['nothing', {}, '', '5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b'],
  [
    'a form',
    { 'content-type': 'application/x-www-form-urlencoded' },
    'Param1=value1',
    'ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a',
  ],
])('a POST of %s is signed as AWS publishes it', (_what, given, text, signature) => {
  const sign = createSigner({ host: 'example.amazonaws.com', region: 'us-east-1', service: 'service' });
  const { authorization } = sign(given, text, keys, new Date('2015-08-30T12:36:00Z'));
  expect(authorization).toContain(`Signature=${signature}`);
});

describe('the key that is kept for a day is not used', () => {
  const nextDay = new Date('2026-05-05T00:00:00Z');
  const others = { ...keys, secretAccessKey: 'another' };
  test.each([
    ['on another', keys, nextDay],
    ['for other credentials', others, at],
  ])('%s', (_when, credentials, time) => {
    const sign = createSigner(sqs);
    sign(headers, body, keys, at);
    expect(sign(headers, body, credentials, time)).toEqual(createSigner(sqs)(headers, body, credentials, time));
  });
});
