import { Duration, Stack, Tags } from 'aws-cdk-lib';
import { MathExpression, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import type { Config } from '../lambda/config/config.ts';
import { alarmDefinitions } from './alarm-definitions.ts';
import { type AlarmRule, Alarms } from './alarms.ts';
import { addDashboard } from './dashboard.ts';
import { Deliver } from './deliver.ts';
import { stackNameOf } from './deployed.ts';
import { FrontDoor } from './front-door.ts';
import { Notify } from './notify.ts';
import { addOutputs } from './outputs.ts';
import { ChatQueue } from './queues.ts';
import { Receive } from './receive.ts';
import { DestinationSecrets, HookKey } from './secrets.ts';
import { SmartsuppApi } from './smartsupp-api.ts';
import type { Stage } from './stages.ts';
import { Sweep } from './sweep.ts';
import { ConversationTable, ErasureJournal } from './tables.ts';

export type ForwarderStackProps = {
  /** The stack's name, without the stage. */
  readonly name: string;
  /** Determines the end of the stack's name, how long things are kept, and whether alarms are sent. */
  readonly stage: Stage;
  /** Determines the destinations, and the queue's window and concurrency. */
  readonly config: Config;
  /** The hook's key is read again when this changes; `npx forwarder rotate-key` raises it. */
  readonly hookKeyRevision: string;
  /** The runbook's URL, or its path in the repository; alarms and the dashboard refer to it. */
  readonly runbook: string;
  /** Resources that an earlier stack left behind, used as they are. Default: this stack makes its own. */
  readonly takeOver?: {
    /** The name of a table with the same keys and indexes. */
    readonly table?: string;
    /** The name of a journal of erasures. */
    readonly erasures?: string;
    /** The ARN of the secret with the hook's key, which Smartsupp knows already. */
    readonly hookKeySecret?: string;
  };
};

const deliverTimeout = Duration.seconds(60);

/** Whatever the cause, each chat that comes in must be attempted. */
const nothingDelivered = ({ accepted }: Receive, { attempted }: Deliver): AlarmRule => ({
  metric: new MathExpression({
    label: 'chats that came while none was attempted',
    expression: 'IF(FILL(attempted, 0) == 0, FILL(accepted, 0), 0)',
    usingMetrics: { accepted, attempted },
    period: Duration.minutes(15),
  }),
  above: 0,
  periods: 2,
  // A chat that comes at the end of one period may be attempted in the next.
  datapoints: 2,
  // If nothing was attempted for long, there may be no metric to fill.
  missing: TreatMissingData.IGNORE,
});

/**
 * Hook → receive → queue → deliver → table and CRMs, and a sweep for what has left the queue. If `api` is configured, also
 * webhooks → events → fetch queue → fetch → queue.
 */
export class ForwarderStack extends Stack {
  constructor(scope: Construct, props: ForwarderStackProps) {
    const { name, stage, config, runbook, takeOver = {} } = props;
    const tags = { Application: 'smartsupp-crm-forwarder', Stage: stage.name };
    super(scope, stackNameOf(name, stage.name), {
      description: 'Forwards every Smartsupp chat to CRMs',
      tags,
      terminationProtection: stage.terminationProtection,
    });
    for (const [key, value] of Object.entries(tags)) Tags.of(this).add(key, value);

    const email = stage.sendsAlarms ? config.alarmEmail : undefined;
    const alarms = new Alarms(this, 'Alarms', { runbook, heals: config.api?.reconcile === true, email });
    const settings = { alarms, logRetention: stage.logRetention };
    const { maxConcurrency, batchingWindowSeconds } = config;
    const chats = new ChatQueue(this, 'Queue', {
      alarms,
      consumerTimeout: deliverTimeout,
      batchingWindowSeconds,
      maxConcurrency,
    });
    const conversations = new ConversationTable(this, 'Conversations', { ...stage.table, takeOver: takeOver.table });
    const erasures = new ErasureJournal(this, 'Erasures', { ...stage.table, takeOver: takeOver.erasures });
    const hookKey = new HookKey(this, 'HookKey', {
      ...settings,
      ...stage.hookKey,
      revision: props.hookKeyRevision,
      takeOver: takeOver.hookKeySecret,
    });
    const destinations = config.destinations.map(({ name }) => name);
    const secrets = new DestinationSecrets(this, 'Destinations', destinations);
    const environment = { QUEUE_URL: chats.queue.queueUrl, TABLE_NAME: conversations.table.tableName };

    const receive = new Receive(this, 'Receive', {
      ...settings,
      chats,
      conversations,
      hookKeyRevision: props.hookKeyRevision,
      environment: {
        ...environment,
        HOOK_KEY_DIGESTS: hookKey.digests,
        REJECTED_RETENTION_DAYS: String(config.rejectedRetentionDays),
      },
    });
    const api =
      config.api &&
      new SmartsuppApi(this, 'Api', {
        ...settings,
        api: config.api,
        chats,
        conversations,
        hookKeyDigests: hookKey.digests,
        hookKeyRevision: props.hookKeyRevision,
        rejectedRetentionDays: config.rejectedRetentionDays,
        retentionDays: config.retentionDays,
      });
    const frontDoor = new FrontDoor(this, 'FrontDoor', {
      ...settings,
      receive: receive.live,
      events: api?.events?.live,
      domain: config.domain,
    });
    const deliver = new Deliver(this, 'Deliver', {
      ...settings,
      timeout: deliverTimeout,
      chats,
      conversations,
      secrets,
      config,
      environment,
    });
    const notify =
      config.notify && new Notify(this, 'Notify', { ...settings, notify: config.notify, stage, conversations, config });
    alarms.add(this, alarmDefinitions.nothingDelivered, nothingDelivered(receive, deliver));
    const sweep = new Sweep(this, 'Sweep', { ...settings, chats, conversations, config, environment });

    const parts = { frontDoor, hookKey, secrets, chats, conversations, erasures, receive, deliver, sweep, api };
    const dashboard = addDashboard(this, { ...parts, alarms, destinations, runbook });
    addOutputs(this, { ...parts, alarms, notify, config, stage, runbook, dashboard });
  }
}
