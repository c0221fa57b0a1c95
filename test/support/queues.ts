import { SQSClient } from '@aws-sdk/client-sqs';
import { account } from '../../local/lib/settings.ts';
import { provisionQueues } from '../../local/provision/queues-and-tables.ts';
import { startSqs } from '../integration/local/support/sqs.ts';
import { commandOn, createQueue } from '../simulation/sqs.ts';

export type TestQueues = {
  readonly sqs: SQSClient;
  readonly queueUrl: string;
  readonly deadLetterQueueUrl: string;
  readonly close: () => Promise<void>;
};

/** How often the queues hand out a message until it is a dead letter. */
export const maxReceiveCount = 3;

/** What stands for SQS in the queue's tests: the server of `npm start`, and the simulation's. */
export const queueLanes = [
  { lane: 'fauxqs', start: startEmbedded },
  { lane: 'the simulated queue', start: async () => simulatedQueues() },
] as const;

async function startEmbedded(): Promise<TestQueues> {
  const { client, queueUrl, stop } = await startSqs();
  const deadLetterTargetArn = `arn:aws:sqs:${account.region}:${account.id}:dead-letters`;
  await provisionQueues(client, [
    { name: 'dead-letters', attributes: {} },
    { name: 'chats', attributes: { RedrivePolicy: JSON.stringify({ deadLetterTargetArn, maxReceiveCount }) } },
  ]);
  return { sqs: client, queueUrl, deadLetterQueueUrl: queueUrl.replace('/chats', '/dead-letters'), close: stop };
}

function simulatedQueues(): TestQueues {
  const traits = { now: Date.now, draw: () => 0.5, visibilityTimeoutMs: 600_000, maxInFlight: 120_000 };
  const deadLetters = createQueue({ ...traits, name: 'dead-letter', maxReceiveCount: 1000 });
  const queue = createQueue({ ...traits, name: 'message', maxReceiveCount, deadLetters });
  const sqs: SQSClient = Object.create(new SQSClient({}), {
    send: {
      value: async (command: unknown) => commandOn((url) => (url === 'chats' ? queue : deadLetters), command).effect(),
    },
  });
  return { sqs, queueUrl: 'chats', deadLetterQueueUrl: 'dead letters', close: async () => {} };
}
