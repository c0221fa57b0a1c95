import { type Duration, Stack } from 'aws-cdk-lib';
import type { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { RecursiveLoop } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { type Config, checkedConfigFile, writeCheckedConfig } from '../lambda/config/config.ts';
import type { MetricName } from '../lambda/platform/metric-names.ts';
import { alarmDefinitions } from './alarm-definitions.ts';
import { sentMetric } from './alarms.ts';
import type { DestinationSecrets } from './destination-secrets.ts';
import { type FunctionSettings, NodeFunction } from './function.ts';
import type { ChatQueue } from './queue.ts';
import type { ConversationTable } from './table.ts';

export type DeliverProps = FunctionSettings & {
  readonly timeout: Duration;
  readonly chats: ChatQueue;
  readonly conversations: ConversationTable;
  readonly secrets: DestinationSecrets;
  readonly config: Config;
  readonly environment: Readonly<Record<string, string>>;
};

/** The function that records each conversation and brings it to the CRMs, and the alarms for what it sees of them. */
export class Deliver extends NodeFunction {
  constructor(scope: Construct, id: string, props: DeliverProps) {
    const { alarms, logRetention, timeout, chats, conversations, secrets, config } = props;
    super(scope, id, {
      alarms,
      logRetention,
      description: 'Records each conversation, then delivers it to every destination',
      entry: 'lambda/deliver.ts',
      timeout,
      environment: {
        ...props.environment,
        DESTINATION_SECRETS: secrets.json,
        METRICS_NAMESPACE: Stack.of(scope).stackName,
      },
      files: { [checkedConfigFile]: writeCheckedConfig(config) },
      // It puts a held chat back on the queue that feeds it, and the SDK passes on the trace by which Lambda counts that.
      recursiveLoop: RecursiveLoop.ALLOW,
    });
    chats.feed(this.lambda);
    // A chat that was held is put back when its visitor is known.
    chats.grantSend(this.role);
    secrets.grantRead(this.role);
    conversations.grant(
      this.role,
      'dynamodb:GetItem',
      'dynamodb:PutItem',
      'dynamodb:UpdateItem',
      'dynamodb:DeleteItem',
      'dynamodb:Query',
    );
    conversations.grantIndexes(this.role, 'byVisitor');
    const setAside = this.said('ChatsSetAside', 'unreadable message kept as rejected');
    alarms.add(this, alarmDefinitions.setAside, { metric: setAside, above: 0 });
    for (const { name, adapter } of config.destinations) {
      const place = new Construct(this, name);
      const refused = this.attempts('CredentialsRefused', name);
      alarms.add(place, alarmDefinitions.credentialsRefused, { metric: refused, above: 0 });
      // A webhook refuses or takes the whole chat.
      if (adapter !== 'webhook') {
        alarms.add(place, alarmDefinitions.warned, { metric: this.attempts('Warned', name), above: 0 });
      }
      const redirected = this.attempts('Redirected', name);
      alarms.add(place, alarmDefinitions.redirected, { metric: redirected, above: 0 });
    }
  }

  /** How attempts at a destination ended. */
  attempts(name: MetricName, destination: string): Metric {
    return sentMetric(this, name, { service: 'deliver', destination });
  }
}
