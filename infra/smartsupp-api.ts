import { Duration, Stack } from 'aws-cdk-lib';
import type { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { type IFunction, Function as LambdaFunction, RecursiveLoop } from 'aws-cdk-lib/aws-lambda';
import type { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import type { ApiConfig } from '../lambda/config/config.ts';
import { partitionsOfEvents, partitionsOfFetch } from '../lambda/store/keys.ts';
import { alarmDefinitions } from './alarm-definitions.ts';
import { grantRead } from './destination-secrets.ts';
import { FetchQueue } from './fetch-queue.ts';
import { type FunctionSettings, NodeFunction } from './function.ts';
import { givenSecret } from './given-secret.ts';
import type { ChatQueue } from './queue.ts';
import { Reconcile } from './reconcile.ts';
import type { ConversationTable } from './table.ts';

export type SmartsuppApiProps = FunctionSettings & {
  /** `api` of forwarder.json. */
  readonly api: ApiConfig;
  /** Gets the snapshots of conversations. */
  readonly chats: ChatQueue;
  /** Gets refused bodies and large snapshots, and knows whose chats are held. */
  readonly conversations: ConversationTable;
  /** `HOOK_KEY_DIGESTS` for the webhooks' URL. */
  readonly hookKeyDigests: string;
  /** Changes with the hook's key, which is resolved at deployment. */
  readonly hookKeyRevision: string;
  readonly rejectedRetentionDays: number;
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
  /** What the front door calls. */
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
    // By its types, CDK's alias is not an IFunction.
    const { functionArn } = this.publish(hookKeyRevision);
    this.live = LambdaFunction.fromFunctionAttributes(this, 'LiveFunction', { functionArn, sameEnvironment: true });
    fetchQueue.grantSend(this.role);
    grantRead(secret, this.role);
    conversations.grantWriteOnly(this.role, partitionsOfEvents);
    const count = (name: string, message: string) => ({ metric: this.countLogLines(name, message), above: 0 });
    alarms.add(this, alarmDefinitions.wrongSignature, count('WrongSignatures', 'wrong signature'));
    alarms.add(this, alarmDefinitions.rejected, count('EventsRejected', 'rejected'));
    alarms.add(this, alarmDefinitions.rejectedNotKept, count('EventsLost', 'rejected, and not kept*'));
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
      // Of a contact it puts each held conversation on the queue that feeds it, and Lambda would count that as a loop.
      recursiveLoop: RecursiveLoop.ALLOW,
    });
    fetchQueue.feed(this.publish());
    fetchQueue.grantSend(this.role);
    chats.grantSend(this.role);
    grantRead(token, this.role);
    conversations.grantWriteOnly(this.role, partitionsOfFetch);
    conversations.grant(this.role, 'dynamodb:BatchGetItem', 'dynamodb:Query');
    conversations.grantIndexes(this.role, 'byVisitor');
    this.fetched = this.countLogLines('Fetched', 'fetched');
    const count = (name: string, message: string) => ({ metric: this.countLogLines(name, message), above: 0 });
    alarms.add(this, alarmDefinitions.tokenRefused, count('TokenRefused', 'token refused'));
    alarms.add(this, alarmDefinitions.fetchLate, count('FetchesLate', 'fetch is late'));
    alarms.add(this, alarmDefinitions.notFetched, count('NotFetched', 'not fetched, and kept as rejected'));
    alarms.add(this, alarmDefinitions.fetchFailed, {
      ...count('FetchesFailed', 'message failed'),
      // A single failure is no fault.
      datapoints: 2,
    });
  }
}
