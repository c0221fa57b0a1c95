import { Duration } from 'aws-cdk-lib';
import type { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import { partitionsOfReceive } from '../lambda/store/keys.ts';
import { alarmDefinitions } from './alarm-definitions.ts';
import { type FunctionSettings, NodeFunction } from './function.ts';
import type { ChatQueue } from './queue.ts';
import type { ConversationTable } from './table.ts';

export type ReceiveProps = FunctionSettings & {
  readonly chats: ChatQueue;
  readonly conversations: ConversationTable;
  readonly environment: Readonly<Record<string, string>>;
};

/**
 * The function that takes the hook, and the alarms for what it refuses. It is counted by its log: to load a library for
 * metrics would add 5 ms to a cold start.
 */
export class Receive extends NodeFunction {
  readonly accepted: Metric;

  constructor(scope: Construct, id: string, { chats, conversations, ...settings }: ReceiveProps) {
    super(scope, id, {
      ...settings,
      description: 'Takes the Smartsupp hook and answers when the chat is durable',
      entry: 'lambda/receive.ts',
      // Longer than all its tries at a queue and a table that do not answer, shorter than the front door's 30 s.
      timeout: Duration.seconds(20),
    });
    chats.grantSend(this.role);
    // What was refused is kept, and bodies too large for a message; what faces the internet reads nothing.
    conversations.grantWriteOnly(this.role, partitionsOfReceive);

    this.accepted = this.said('Received', 'accepted');
    const { rejected, rejectedNotKept } = alarmDefinitions;
    settings.alarms.add(this, rejected, { metric: this.said('BodiesRejected', 'rejected'), above: 0 });
    settings.alarms.add(this, rejectedNotKept, {
      metric: this.said('BodiesLost', 'rejected, and not kept*'),
      above: 0,
    });
  }
}
