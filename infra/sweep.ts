import { Duration } from 'aws-cdk-lib';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { Construct } from 'constructs';
import { NodeFunction } from './function.ts';
import type { ChatQueue } from './queue.ts';
import type { ConversationTable } from './table.ts';

export type SweepProps = {
  readonly chats: ChatQueue;
  readonly conversations: ConversationTable;
  /** Where the queue and the table are, as the functions are told. */
  readonly environment: Readonly<Record<string, string>>;
};

/** A chat that was accepted while the queue was away waits no longer than this after its return. */
const interval = Duration.minutes(5);

/** The function that puts back on the queue what should be there, and the clock that calls it. */
export class Sweep extends Construct {
  readonly function: NodeFunction;

  constructor(scope: Construct, id: string, { chats, conversations, environment }: SweepProps) {
    super(scope, id);
    this.function = new NodeFunction(this, 'Run', {
      description: 'Puts back on the queue what waits in the table',
      entry: 'lambda/sweep.ts',
      timeout: Duration.seconds(60),
      environment,
    });
    chats.grantSend(this.function.role);
    conversations.grantListing(this.function.role);
    conversations.grant(
      this.function.role,
      'dynamodb:DeleteItem',
      'dynamodb:GetItem',
      'dynamodb:PutItem',
      'dynamodb:Query',
      'dynamodb:UpdateItem',
    );
    new Rule(this, 'Schedule', {
      description: 'Calls the sweep',
      schedule: Schedule.rate(interval),
      targets: [new LambdaFunction(this.function.lambda)],
    });
  }
}
