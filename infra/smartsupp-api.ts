import { Duration, Stack } from 'aws-cdk-lib';
import type { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { type IFunction, RecursiveLoop } from 'aws-cdk-lib/aws-lambda';
import type { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import type { ApiConfig } from '../lambda/config/config.ts';
import { partitionsOfEvents, partitionsOfFetch, partitionsOfReconcile } from '../lambda/store/keys.ts';
import { alarmDefinitions } from './alarm-definitions.ts';
import { sentMetric } from './alarms.ts';
import { type FunctionSettings, NodeFunction } from './function.ts';
import { type ChatQueue, FetchQueue } from './queues.ts';
import { givenSecret, grantRead } from './secrets.ts';
import type { ConversationTable } from './tables.ts';

export type SmartsuppApiProps = FunctionSettings & {
  /** `api` of forwarder.json. */
  readonly api: ApiConfig;
  /** Gets the snapshots of conversations. */
  readonly chats: ChatQueue;
  /** Gets refused bodies and large snapshots, and knows whose chats are held. */
  readonly conversations: ConversationTable;
  /** Comma-separated digests of the valid keys, for the key in the webhooks' URL. */
  readonly hookKeyDigests: string;
  /** Publishes a new version when it changes, since the hook's key is resolved at deployment. */
  readonly hookKeyRevision: string;
  /** How long a refused body is kept, in days. */
  readonly rejectedRetentionDays: number;
  /** How long it is remembered when a conversation was fetched, in days. */
  readonly retentionDays: number;
};

const fetchTimeout = Duration.seconds(60);

/** The second source: signed webhooks → events → queue → fetch, which reads each conversation by REST. */
export class SmartsuppApi extends Construct {
  readonly token: Secret;
  readonly fetchQueue: FetchQueue;
  readonly fetch: Fetch;
  /** Undefined if `reconcile` is turned off. */
  readonly reconcile: Reconcile | undefined;
  /** Undefined without webhooks. */
  readonly events: Events | undefined;
  readonly webhooksSecret: Secret | undefined;

  constructor(scope: Construct, id: string, props: SmartsuppApiProps) {
    super(scope, id);
    const { api, alarms } = props;
    this.token = givenSecret(this, 'Token', 'api', "The token of Smartsupp's REST API");
    this.fetchQueue = new FetchQueue(this, 'FetchQueue', { alarms, consumerTimeout: fetchTimeout });
    const parts = { ...props, fetchQueue: this.fetchQueue };
    this.fetch = new Fetch(this, 'Fetch', { ...parts, token: this.token });
    if (api.reconcile) this.reconcile = new Reconcile(this, 'Reconcile', { ...parts, token: this.token });
    if (!api.webhooks) return;
    this.webhooksSecret = givenSecret(this, 'Webhooks', 'webhooks', "The secret that signs Smartsupp's webhooks");
    this.events = new Events(this, 'Events', { ...parts, secret: this.webhooksSecret });
  }
}

type PartProps = SmartsuppApiProps & { readonly fetchQueue: FetchQueue };

/** Takes the signed webhooks. It faces the internet, so it may read no chat, and no token. */
class Events extends NodeFunction {
  /** The alias that the front door calls. */
  readonly live: IFunction;

  constructor(scope: Construct, id: string, { secret, ...props }: PartProps & { readonly secret: Secret }) {
    const { alarms, logRetention, api, conversations, fetchQueue, hookKeyRevision } = props;
    super(scope, id, {
      alarms,
      logRetention,
      description: "Takes Smartsupp's signed webhooks, and asks for what they tell of to be fetched",
      entry: 'lambda/events.ts',
      // Longer than all its attempts; shorter than the API's 30 s.
      timeout: Duration.seconds(25),
      environment: {
        API_ACCOUNT_ID: api.accountId,
        FETCH_QUEUE_URL: fetchQueue.queue.queueUrl,
        HOOK_KEY_DIGESTS: props.hookKeyDigests,
        METRICS_NAMESPACE: Stack.of(scope).stackName,
        REJECTED_RETENTION_DAYS: String(props.rejectedRetentionDays),
        TABLE_NAME: conversations.table.tableName,
        WEBHOOKS_SECRET: secret.secretArn,
      },
    });
    this.live = this.publishForApi(hookKeyRevision);
    fetchQueue.grantSend(this.role);
    grantRead(secret, this.role);
    conversations.grantWriteOnly(this.role, partitionsOfEvents);
    this.alarmOnLogLine(alarmDefinitions.wrongSignature, 'WrongSignatures', 'wrong signature');
    this.alarmOnLogLine(alarmDefinitions.rejected, 'EventsRejected', 'rejected');
    this.alarmOnLogLine(alarmDefinitions.rejectedNotKept, 'EventsLost', 'rejected, and not kept*');
  }
}

/** Reads conversations by REST: the only function besides reconcile that knows the token. */
class Fetch extends NodeFunction {
  readonly fetched: Metric;

  constructor(scope: Construct, id: string, { token, ...props }: PartProps & { readonly token: Secret }) {
    const { alarms, logRetention, api, chats, conversations, fetchQueue } = props;
    super(scope, id, {
      alarms,
      logRetention,
      description: "Reads conversations by Smartsupp's REST API, and queues them like hooks",
      entry: 'lambda/fetch.ts',
      timeout: fetchTimeout,
      environment: {
        API_TOKEN_SECRET: token.secretArn,
        API_URL: api.url,
        FETCH_QUEUE_URL: fetchQueue.queue.queueUrl,
        QUEUE_URL: chats.queue.queueUrl,
        REJECTED_RETENTION_DAYS: String(props.rejectedRetentionDays),
        RETENTION_DAYS: String(props.retentionDays),
        TABLE_NAME: conversations.table.tableName,
      },
      // For a contact it puts each held conversation on the queue that feeds it, and Lambda would count that as a loop.
      recursiveLoop: RecursiveLoop.ALLOW,
    });
    fetchQueue.feed(this.publish());
    fetchQueue.grantSend(this.role);
    chats.grantSend(this.role);
    grantRead(token, this.role);
    conversations.grantWriteOnly(this.role, partitionsOfFetch);
    conversations.grant(this.role, 'dynamodb:BatchGetItem', 'dynamodb:GetItem', 'dynamodb:Query');
    conversations.grantIndexes(this.role, 'byVisitor');
    this.fetched = this.countLogLines('Fetched', 'fetched');
    this.alarmOnLogLine(alarmDefinitions.tokenRefused, 'TokenRefused', 'token refused');
    this.alarmOnLogLine(alarmDefinitions.fetchLate, 'FetchesLate', 'fetch is late');
    this.alarmOnLogLine(alarmDefinitions.notFetched, 'NotFetched', 'not fetched, and kept as rejected');
    // A single failure is no fault.
    this.alarmOnLogLine(alarmDefinitions.fetchFailed, 'FetchesFailed', 'message failed', { datapoints: 2 });
  }
}

/** With the time for fetching, a chat that was lost is here within half an hour. */
const reconcileInterval = Duration.minutes(15);

/** Asks Smartsupp for the conversations that have ended, and queues those that are not here or are newer there. */
class Reconcile extends NodeFunction {
  readonly requested: Metric;

  constructor(scope: Construct, id: string, { token, ...props }: PartProps & { readonly token: Secret }) {
    const { alarms, logRetention, api, conversations, fetchQueue } = props;
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
      schedule: Schedule.rate(reconcileInterval),
      targets: [new LambdaFunction(this.lambda)],
    });
    this.requested = sentMetric(this, 'ReconcileRequested', { service: 'reconcile' });
    this.alarmOnLogLine(alarmDefinitions.tokenRefused, 'ReconcileTokenRefused', 'token refused');
  }
}
