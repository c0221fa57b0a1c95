import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { SNSEvent } from 'aws-lambda';
import { alarmDefinitions, alarmText } from '../../../infra/alarm-definitions.ts';
import { createTellAlarm, postText, textOf, webhookUrl } from '../../../lambda/alarms/webhook.ts';
import { type FakeServer, startFakeServer } from '../../support/fake-server.ts';

let channel: FakeServer;
beforeEach(async () => {
  channel = await startFakeServer(() => ({ status: 200, body: 'ok' }));
});
afterEach(() => channel.close());

/** What CloudWatch tells a topic: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/AlarmThatSendsEmail.html */
const alarm = JSON.stringify({
  AlarmName: 'SmartsuppCrmForwarder-prod-Deliver-hubspot-Parked',
  AlarmDescription: alarmText(alarmDefinitions.parked, 'https://example.com/runbook.md'),
  AWSAccountId: '123456789012',
  NewStateValue: 'ALARM',
  NewStateReason: 'Threshold Crossed: 1 datapoint [1.0 (01/05/26 08:00:00)] was greater than the threshold (0.0).',
  Trigger: { MetricName: 'Parked' },
});
const told =
  'ALARM: SmartsuppCrmForwarder-prod-Deliver-hubspot-Parked\n' +
  'Deliveries were parked: these chats reach their CRM only if somebody replays them. What to do: https://example.com/runbook.md#parked';

const event = (...messages: readonly string[]): SNSEvent => ({
  Records: messages.map((Message) => ({
    EventVersion: '1.0',
    EventSubscriptionArn: 'arn',
    EventSource: 'aws:sns',
    Sns: {
      SignatureVersion: '1',
      Timestamp: '2026-05-01T08:00:00.000Z',
      Signature: '',
      SigningCertUrl: '',
      MessageId: '1',
      Message,
      MessageAttributes: {},
      Type: 'Notification',
      UnsubscribeUrl: '',
      TopicArn: 'arn',
      Subject: '',
    },
  })),
});

test('an alarm is posted with its name, its meaning and what to do; that it is over, as it is said', async () => {
  const over = 'OK: SmartsuppCrmForwarder-prod-Deliver-hubspot-Parked is over.';
  const tell = createTellAlarm(
    async () => 'https://chat.example/hook\n',
    (url, text) => {
      expect(url).toBe('https://chat.example/hook');
      return postText(channel.url, text);
    },
  );
  await tell(event(alarm, over));
  expect(channel.requests.map(({ body }) => body)).toEqual([{ text: told }, { text: over }]);
});

test.each(['true', '[]', '{"a": 1}', 'null'])('any other message, such as %s, is posted as it is', (message) => {
  expect(textOf(message)).toBe(message);
});

describe('what fails', () => {
  test.each(['', 'aPlaceholderOfTheStack', 'http://chat.example/hook', 'file:///etc/passwd'])(
    'says how to store a URL if there is %p',
    (text) => {
      expect(() => webhookUrl(text)).toThrow('Store it: npx forwarder secret alarms.');
    },
  );

  test.each([
    ['a refusal', { status: 404, body: 'no_service' }, /^The webhook answered 404\./],
    [
      'a redirect',
      { status: 302, headers: { location: 'https://elsewhere.example' } },
      /^The webhook did not answer \(/,
    ],
    ['no answer', 'reset', /^The webhook did not answer \(/],
  ] as const)('is an error without the URL for %s', async (_what, how, message) => {
    channel.inject({ how });
    const error: unknown = await postText(`${channel.url}/T0/B0/secret`, 'text').catch((each: unknown) => each);
    expect(error).toMatchObject({ name: 'WebhookError', message: expect.stringMatching(message) });
    expect(String(error)).not.toContain('secret');
  });
});
