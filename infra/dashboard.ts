import { Aws, Duration, type Stack } from 'aws-cdk-lib';
import {
  AlarmStatusWidget,
  AlarmStatusWidgetSortBy,
  Dashboard,
  GraphWidget,
  type IMetric,
  type Metric,
  SingleValueWidget,
  TextWidget,
} from 'aws-cdk-lib/aws-cloudwatch';
import type { MetricName } from '../lambda/platform/metrics.ts';
import type { Alarms } from './alarms.ts';
import type { Deliver } from './deliver.ts';
import type { ChatQueue } from './queues.ts';
import type { Receive } from './receive.ts';
import type { HookKey } from './secrets.ts';
import type { SmartsuppApi } from './smartsupp-api.ts';
import type { Sweep } from './sweep.ts';

export type DashboardProps = {
  readonly alarms: Alarms;
  readonly chats: ChatQueue;
  readonly receive: Receive;
  readonly deliver: Deliver;
  readonly sweep: Sweep;
  readonly hookKey: HookKey;
  /** The second source. Undefined: its lines are left out. */
  readonly api: SmartsuppApi | undefined;
  /** The destinations' names: a line each in the graphs. */
  readonly destinations: readonly string[];
  /** The runbook's URL or path, which the dashboard links to. */
  readonly runbook: string;
};

const fullWidth = 24;

/** Adds a dashboard that shows at a glance whether chats flow. Returns its URL. */
export function addDashboard(stack: Stack, props: DashboardProps): string {
  const { alarms, receive, sweep } = props;
  const dashboard = new Dashboard(stack, 'Dashboard', {
    dashboardName: stack.stackName,
    defaultInterval: Duration.days(1),
    widgets: [
      [
        total('Received, 24 h', receive.accepted.with({ label: 'chats' }), ...fetched(props, 'fetched')),
        ...deliveredTotals(props),
        now('Parked and held now', sweep.parkedNow.with({ label: 'parked' }), sweep.heldNow.with({ label: 'held' })),
        now('Oldest on its way', sweep.oldestPending.with({ label: 'waiting' })),
      ],
      [flow(props), onTheirWay(props)],
      [
        new AlarmStatusWidget({
          title: 'Alarms',
          alarms: [...alarms.all],
          sortBy: AlarmStatusWidgetSortBy.STATE_UPDATED_TIMESTAMP,
          width: 12,
          height: 7,
        }),
        errors(props),
      ],
      [new TextWidget({ markdown: whatToDo(stack, props), width: fullWidth, height: 5 })],
    ],
  });
  const { dashboardName } = dashboard;
  const console = `https://${Aws.REGION}.console.aws.amazon.com/cloudwatch/home?region=${Aws.REGION}`;
  return `${console}#dashboards/dashboard/${dashboardName}`;
}

const perDestination = (
  { deliver, destinations }: DashboardProps,
  name: MetricName,
  label: (destination: string) => string,
): readonly Metric[] =>
  destinations.map((destination) => deliver.attempts(name, destination).with({ label: label(destination) }));

const fetched = ({ api }: DashboardProps, label: string): readonly Metric[] =>
  api === undefined ? [] : [api.fetch.fetched.with({ label })];

const healed = ({ api }: DashboardProps): readonly Metric[] =>
  api?.reconcile === undefined ? [] : [api.reconcile.requested.with({ label: 'found by reconcile' })];

const number = { width: 6, height: 4 };

const total = (title: string, ...metrics: readonly IMetric[]) =>
  new SingleValueWidget({ ...number, title, metrics: [...metrics], setPeriodToTimeRange: true });

const now = (title: string, ...metrics: readonly IMetric[]) =>
  new SingleValueWidget({ ...number, title, metrics: [...metrics] });

/** Empty if no destination is configured, since a widget needs a metric. */
const deliveredTotals = (props: DashboardProps) => {
  const delivered = perDestination(props, 'Delivered', (destination) => destination);
  return delivered.length === 0 ? [] : [total('Delivered, 24 h', ...delivered)];
};

const flow = (props: DashboardProps) =>
  new GraphWidget({
    title: 'Received, and delivered to each CRM: the lines should match',
    left: [
      props.receive.accepted.with({ label: 'received' }),
      ...fetched(props, 'fetched'),
      ...healed(props),
      ...perDestination(props, 'Delivered', (destination) => `to ${destination}`),
    ],
    leftYAxis: { min: 0, label: 'chats in 5 minutes', showUnits: false },
    width: 16,
    height: 7,
  });

const onTheirWay = ({ chats, sweep }: DashboardProps) =>
  new GraphWidget({
    title: 'On their way',
    left: [sweep.pendingNow.with({ label: 'pending deliveries' })],
    right: [chats.queue.metricApproximateAgeOfOldestMessage({ label: 'oldest message not yet received, seconds' })],
    leftYAxis: { min: 0, showUnits: false },
    rightYAxis: { min: 0, showUnits: false },
    width: 8,
    height: 7,
  });

const errors = (props: DashboardProps) => {
  const { chats, receive, deliver, sweep, hookKey, api } = props;
  const functions = {
    receive,
    deliver,
    sweep: sweep.function,
    'digest-hook-key': hookKey.function,
    ...(api && { fetch: api.fetch }),
    ...(api?.reconcile && { reconcile: api.reconcile }),
    ...(api?.events && { events: api.events }),
  };
  return new GraphWidget({
    title: 'Errors',
    left: [
      ...Object.entries(functions).map(([name, { lambda }]) => lambda.metricErrors({ label: `${name} failed` })),
      ...perDestination(props, 'Retried', (destination) => `${destination}: will be retried`),
      ...perDestination(props, 'Parked', (destination) => `${destination}: parked`),
      ...perDestination(props, 'Warned', (destination) => `${destination}: without something refused`),
      chats.deadLetterQueue.metricApproximateNumberOfMessagesVisible({ label: 'dead letters', statistic: 'Maximum' }),
    ],
    leftYAxis: { min: 0, label: 'in 5 minutes', showUnits: false },
    width: 12,
    height: 7,
  });
};

const whatToDo = (stack: Stack, { runbook }: DashboardProps) => `
**All is well** if the alarms are green and _delivered_ follows _received_ within a minute. The runbook has a section for each alarm: ${runbook}

| you see | then run |
|---|---|
| an alarm, or anything unusual | \`npx forwarder doctor\` and \`npx forwarder status\` |
| parked deliveries | \`npx forwarder list --state parked\`, fix the cause, \`npx forwarder replay --state parked\` |
| held chats | \`npx forwarder list --state held\`: their visitors left no address and no number |
| nothing received although people chat | \`npx forwarder send\`: if it arrives, ask Smartsupp whether they still post to \`npx forwarder url\` |

This is \`${stack.stackName}\`.`;
