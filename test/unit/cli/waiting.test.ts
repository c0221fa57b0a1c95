import { expect, test } from '@jest/globals';
import { waitingFindings } from '../../../cli/commands/doctor/chats.ts';
import { aDelivery, at } from '../../support/a-delivery.ts';

test('chats that wait for repaired credentials can be sent at once, by destination', () => {
  const now = new Date(at(0));
  const waiting = (destination: string, nextAttemptAt: string, fault: 'credentials' | 'retryable') => ({
    conversationId: '208:1',
    delivery: aDelivery({ destination, state: 'pending', fault, nextAttemptAt }),
  });
  const findings = waitingFindings(
    { commandLine: (command) => `npx forwarder ${command}` },
    [
      waiting('sales', at(10), 'credentials'),
      waiting('sales', at(20), 'credentials'),
      waiting('help', at(10), 'retryable'),
      waiting('help', at(-1), 'credentials'),
    ],
    now,
  );
  expect(findings).toEqual([
    expect.objectContaining({
      status: 'warning',
      text: '2 chats wait for sales, whose CRM refused the credentials.',
      remedy: expect.stringContaining('npx forwarder replay --state pending --destination sales sends them at once'),
    }),
  ]);
});
