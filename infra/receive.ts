import { Duration } from 'aws-cdk-lib';
import type { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { partitionsOfReceive } from '../lambda/store/keys.ts';
import { alarmDefinitions } from './alarm-definitions.ts';
import { type FunctionSettings, NodeFunction } from './function.ts';
import type { ChatQueue } from './queues.ts';
import type { ConversationTable } from './tables.ts';

export type ReceiveProps = FunctionSettings & {
  /** Gets the accepted chats. */
  readonly chats: ChatQueue;
  /** Gets refused and large bodies. */
  readonly conversations: ConversationTable;
  /** The variables that `lambda/receive.ts` reads. */
  readonly environment: Readonly<Record<string, string>>;
  /** Publishes a new version when it changes, since the hook's key is resolved at deployment. */
  readonly hookKeyRevision: string;
};

/** Takes the hook. Its metrics come from its log: a metrics library would add 5 ms to a cold start. */
export class Receive extends NodeFunction {
  readonly accepted: Metric;
  /** The alias that the front door calls. */
  readonly live: IFunction;

  constructor(scope: Construct, id: string, { chats, conversations, hookKeyRevision, ...settings }: ReceiveProps) {
    super(scope, id, {
      ...settings,
      description: 'Takes the Smartsupp hook and answers when the chat is durable',
      entry: 'lambda/receive.ts',
      // Longer than all its attempts at a queue and a table that do not answer; shorter than the API's 30 s.
      timeout: Duration.seconds(20),
    });
    this.live = this.publishForApi(hookKeyRevision);
    chats.grantSend(this.role);
    // It stores refused and large bodies, and may read nothing, since it faces the internet.
    conversations.grantWriteOnly(this.role, partitionsOfReceive);

    this.accepted = this.countLogLines('Received', 'accepted');
    this.alarmOnLogLine(alarmDefinitions.rejected, 'BodiesRejected', 'rejected');
    this.alarmOnLogLine(alarmDefinitions.rejectedNotKept, 'BodiesLost', 'rejected, and not kept*');
  }
}
