import { Duration } from 'aws-cdk-lib';
import type { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { type IFunction, Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { partitionsOfReceive } from '../lambda/store/keys.ts';
import { alarmDefinitions } from './alarm-definitions.ts';
import { type FunctionSettings, NodeFunction } from './function.ts';
import type { ChatQueue } from './queue.ts';
import type { ConversationTable } from './table.ts';

export type ReceiveProps = FunctionSettings & {
  /** Gets the accepted chats. */
  readonly chats: ChatQueue;
  /** Gets refused and large bodies. */
  readonly conversations: ConversationTable;
  /** Environment variables, which `lambda/receive.ts` reads. */
  readonly environment: Readonly<Record<string, string>>;
  /** Changes with the hook's key, which is resolved at deployment. */
  readonly hookKeyRevision: string;
};

/** Takes the hook. Its metrics come from its log: a metrics library would add 5 ms to a cold start. */
export class Receive extends NodeFunction {
  readonly accepted: Metric;
  /** What the front door calls. */
  readonly live: IFunction;

  constructor(scope: Construct, id: string, { chats, conversations, hookKeyRevision, ...settings }: ReceiveProps) {
    super(scope, id, {
      ...settings,
      description: 'Takes the Smartsupp hook and answers when the chat is durable',
      entry: 'lambda/receive.ts',
      // Longer than all its attempts at a queue and a table that do not answer; shorter than the API's 30 s.
      timeout: Duration.seconds(20),
    });
    // By its types, CDK's alias is not an IFunction.
    const { functionArn } = this.publish(hookKeyRevision);
    this.live = LambdaFunction.fromFunctionAttributes(this, 'LiveFunction', { functionArn, sameEnvironment: true });
    chats.grantSend(this.role);
    // It stores refused and large bodies, and may read nothing, since it faces the internet.
    conversations.grantWriteOnly(this.role, partitionsOfReceive);

    this.accepted = this.countLogLines('Received', 'accepted');
    const { rejected, rejectedNotKept } = alarmDefinitions;
    settings.alarms.add(this, rejected, { metric: this.countLogLines('BodiesRejected', 'rejected'), above: 0 });
    settings.alarms.add(this, rejectedNotKept, {
      metric: this.countLogLines('BodiesLost', 'rejected, and not kept*'),
      above: 0,
    });
  }
}
