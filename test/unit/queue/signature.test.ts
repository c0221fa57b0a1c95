import { expect, test } from '@jest/globals';
import { signed } from '../../../lambda/queue/signature.ts';

const keys = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY' };
const host = 'sqs.eu-central-1.amazonaws.com';
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
  expect(signed(headers, body, { host, region: 'eu-central-1', service: 'sqs', credentials, at })).toEqual({
    ...headers,
    host,
    'x-amz-date': '20260504T081500Z',
    ...('sessionToken' in credentials && { 'x-amz-security-token': credentials.sessionToken }),
    authorization:
      'AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20260504/eu-central-1/sqs/aws4_request, ' +
      `SignedHeaders=${names}, Signature=${signature}`,
  });
});
