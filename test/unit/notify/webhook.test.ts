import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { alarmDefinitions, alarmText } from '../../../infra/alarm-definitions.ts';
import { alarmCard } from '../../../lambda/notify/cards.ts';
import { postJson, webhookUrl } from '../../../lambda/notify/channel.ts';
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
test('an alarm is told with its name, its meaning and what to do; that it is over, as it is said', () => {
  expect(alarmCard(alarm)).toMatchObject({
    event: 'alarms',
    title: 'ALARM: SmartsuppCrmForwarder-prod-Deliver-hubspot-Parked',
    texts: [
      'Deliveries were parked: these chats reach their CRM only if somebody replays them. What to do: https://example.com/runbook.md#parked',
    ],
  });
  const over = 'OK: SmartsuppCrmForwarder-prod-Deliver-hubspot-Parked is over.';
  expect(alarmCard(over)).toMatchObject({ title: over, texts: [] });
});

test.each(['true', '[]', '{"a": 1}', 'null'])('any other message, such as %s, is told as it is', (message) => {
  expect(alarmCard(message).title).toBe(message);
});

describe('what fails', () => {
  test.each([
    '',
    'aPlaceholderOfTheStack',
    'http://chat.example/hook',
    'http://127.0.0.1.example/',
    'file:///etc/passwd',
  ])('says how to store a URL if there is %p', (text) => {
    expect(() => webhookUrl(text)).toThrow('Store it: npx forwarder secret notify.');
  });

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
    const error: unknown = await postJson(`${channel.url}/T0/B0/secret`, { text: 'text' }).catch(
      (each: unknown) => each,
    );
    expect(error).toMatchObject({ name: 'WebhookError', message: expect.stringMatching(message) });
    expect(String(error)).not.toContain('secret');
  });
});
