import { Duration, Stack } from 'aws-cdk-lib';
import type { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import type { Construct } from 'constructs';
import type { ApiConfig } from '../lambda/config/config.ts';
import { partitionsOfReconcile } from '../lambda/store/keys.ts';
import { alarmDefinitions } from './alarm-definitions.ts';
import { sentMetric } from './alarms.ts';
import { grantRead } from './destination-secrets.ts';
import type { FetchQueue } from './fetch-queue.ts';
import { type FunctionSettings, NodeFunction } from './function.ts';
import type { ConversationTable } from './table.ts';

export type ReconcileProps = FunctionSettings & {
  /** `api` of forwarder.json. */
  readonly api: ApiConfig;
  /** Knows what was fetched, and how far the last run came. */
  readonly conversations: ConversationTable;
  /** Gets what is missing. */
  readonly fetchQueue: FetchQueue;
  readonly token: { readonly secretArn: string };
};

/** With the time for fetching, a chat that was lost is here within half an hour. */
const interval = Duration.minutes(15);

/** Asks Smartsupp for the conversations that have ended, and queues those that are not here or are newer there. */
export class Reconcile extends NodeFunction {
  readonly requested: Metric;

  constructor(scope: Construct, id: string, props: ReconcileProps) {
    const { alarms, logRetention, api, conversations, fetchQueue, token } = props;
    super(scope, id, {
      alarms,
      logRetention,
      description: 'Finds the conversations at Smartsupp that are not here',
      entry: 'lambda/reconcile.ts',
      timeout: Duration.seconds(60),
      environment: {
        API_ACCOUNT_ID: api.accountId,
        API_TOKEN_SECRET: token.secretArn,
        API_URL: api.url,
        FETCH_QUEUE_URL: fetchQueue.queue.queueUrl,
        METRICS_NAMESPACE: Stack.of(scope).stackName,
        TABLE_NAME: conversations.table.tableName,
      },
    });
    fetchQueue.grantSend(this.role);
    grantRead(token, this.role);
    conversations.grant(this.role, 'dynamodb:BatchGetItem', 'dynamodb:GetItem');
    conversations.grantWriteOnly(this.role, partitionsOfReconcile, ['dynamodb:PutItem']);
    new Rule(this, 'Schedule', {
      description: 'Calls reconcile',
      schedule: Schedule.rate(interval),
      targets: [new LambdaFunction(this.lambda)],
    });
    this.requested = sentMetric(this, 'ReconcileRequested', { service: 'reconcile' });
    alarms.add(this, alarmDefinitions.tokenRefused, {
      metric: this.countLogLines('ReconcileTokenRefused', 'token refused'),
      above: 0,
    });
  }
}
