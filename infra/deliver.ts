import { type Duration, Stack } from 'aws-cdk-lib';
import type { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { RecursiveLoop } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { type Config, checkedConfigFile, writeCheckedConfig } from '../lambda/config/config.ts';
import type { MetricName } from '../lambda/platform/metrics.ts';
import { alarmDefinitions } from './alarm-definitions.ts';
import { sentMetric } from './alarms.ts';
import { type FunctionSettings, NodeFunction } from './function.ts';
import type { ChatQueue } from './queues.ts';
import type { DestinationSecrets } from './secrets.ts';
import type { ConversationTable } from './tables.ts';

export type DeliverProps = FunctionSettings & {
  /** For a whole batch. The queue's visibility time-out is six times as long. */
  readonly timeout: Duration;
  /** The queue that feeds it, and to which it returns held chats. */
  readonly chats: ChatQueue;
  /** Stores conversations and deliveries. */
  readonly conversations: ConversationTable;
  /** The destinations' credentials, which it may read. */
  readonly secrets: DestinationSecrets;
  /** Bundled with the function. Each of its destinations gets alarms of its own. */
  readonly config: Config;
  /** `QUEUE_URL` and `TABLE_NAME`. */
  readonly environment: Readonly<Record<string, string>>;
};

/** The function that stores each conversation and delivers it to the CRMs, with alarms for how attempts end. */
export class Deliver extends NodeFunction {
  /** Attempts at all destinations, however they ended. */
  readonly attempted: Metric;

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
      // Deliver puts held chats back on the queue that feeds it, and Lambda would count that as a loop.
      recursiveLoop: RecursiveLoop.ALLOW,
    });
    chats.feed(this.publish());
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
    this.attempted = this.countLogLines('Attempts', 'attempt');
    this.alarmOnLogLine(alarmDefinitions.setAside, 'ChatsSetAside', 'unreadable message kept as rejected');
    const formatChanged = sentMetric(this, 'FormatChanged', { service: 'deliver' });
    alarms.add(this, alarmDefinitions.formatChanged, { metric: formatChanged, above: 0 });
    // Without webhooks, reconcile may be how chats come.
    if (config.api?.webhooks === true && config.api.reconcile) {
      const healed = sentMetric(this, 'Healed', { service: 'deliver' });
      alarms.add(this, alarmDefinitions.healed, { metric: healed, above: 0 });
    }
    // A single failure is no fault. A quiet shop's message comes back only every quarter of an hour.
    this.alarmOnLogLine(alarmDefinitions.messagesFailed, 'MessagesFailed', 'message failed', { datapoints: 2 });
    for (const { name, adapter } of config.destinations) {
      const place = new Construct(this, name);
      alarms.add(place, alarmDefinitions.parked, { metric: this.attempts('Parked', name), above: 0 });
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

  attempts(name: MetricName, destination: string): Metric {
    return sentMetric(this, name, { service: 'deliver', destination });
  }
}
