import { SQSClient } from '@aws-sdk/client-sqs';
import { findPerson } from '../../../../cli/lib/person/find-person.ts';
import { readPersonQuery } from '../../../../cli/lib/person/person.ts';
import { parseConfig } from '../../../../infra/config/load.ts';
import { seal } from '../../../../lambda/queue/envelope.ts';
import type { Table } from '../../../../lambda/store/table.ts';

export type Chat = {
  readonly channel: number;
  readonly account?: number;
  readonly visitor?: string;
  readonly email?: string;
  readonly words?: string;
};

export const bodyOf = ({ channel, account = 208, visitor, email, words = `Words of ${channel}` }: Chat) =>
  JSON.stringify({
    accountId: account,
    channel: { id: channel, isChat: true },
    visitor: { id: visitor, name: 'Eva', email },
    messages: [
      { type: 'visitor', content: words },
      { type: 'agent', from: 'agent:3', name: 'Karel', content: 'Welcome' },
    ],
  });

/** A chat as it lies on the queue. */
export const messageOf = (chat: Chat, receivedAt = new Date()) =>
  seal(bodyOf(chat), receivedAt, () => Promise.reject(new Error('a small chat fits the queue')));

export const configOf = (settings: object = {}) =>
  parseConfig(
    'forwarder.json',
    JSON.stringify({
      destinations: [{ name: 'crm', adapter: 'webhook', url: 'https://crm.example.com' }],
      ...settings,
    }),
  );

/** A person, as the commands find them in a table by their options, without its queues. */
export const findIn = (table: Table, options: Parameters<typeof readPersonQuery>[0], config = configOf()) =>
  findPerson({ table, sqs: new SQSClient({}), outputs: noOutputs, config: () => config }, readPersonQuery(options), {
    queues: 'leave alone',
  });

export const findByEmail = (table: Table, email: string, config = configOf()) => findIn(table, { email }, config);

const noOutputs = {
  HookUrl: '',
  HookKeyDigests: '',
  HookKeySecretArn: '',
  DestinationSecrets: '',
  QueueUrl: '',
  DeadLetterQueueUrl: '',
  TableName: '',
  ErasureTableName: '',
};
