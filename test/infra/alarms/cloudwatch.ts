import { evaluate, type Point, type Series } from './expression.ts';
import type { MetricStore, Statistic } from './metrics.ts';

/** An alarm as the template has it. Resources are named by their logical ids, without the hash. */
export type AlarmModel = {
  readonly name: string;
  readonly threshold: number;
  readonly periods: number;
  readonly datapoints: number;
  readonly missing: 'notBreaching' | 'breaching' | 'ignore';
  readonly periodMinutes: number;
  readonly expression: string;
  /** The expression's variables. */
  readonly metrics: Readonly<Record<string, { readonly metric: string; readonly statistic: Statistic }>>;
};

export type State = 'OK' | 'ALARM' | 'INSUFFICIENT_DATA';

export type CloudWatchRules = {
  /** Minutes until a value can be seen. */
  readonly delay: number;
  /** Whether FILL makes values for a metric that has none at all: the documentation does not say, so both are tried. */
  readonly fillsEmptySeries: boolean;
};

/**
 * Judges an alarm at a minute, as CloudWatch does each minute over a sliding window. It looks back some periods more
 * than the alarm names; only if too few of them have data does the treatment of missing data count.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html
 */
export function judge(
  alarm: AlarmModel,
  store: MetricStore,
  now: number,
  before: State,
  rules: CloudWatchRules,
): State {
  const { periods, datapoints, threshold, missing } = alarm;
  const real = pointsOf(alarm, store, now, rules).filter((point) => point !== undefined);
  const judged = real.length > periods ? real.slice(-periods) : real;
  const unknown = periods - judged.length;
  const breaching = judged.filter((value) => value > threshold).length;
  if (breaching >= datapoints) return 'ALARM';
  if (unknown === 0 || missing === 'notBreaching') return 'OK';
  if (missing === 'ignore') return judged.length === 0 ? before : 'OK';
  return breaching + unknown >= datapoints ? 'ALARM' : 'OK';
}

const extraPeriods = 2;

/** Oldest first. */
function pointsOf(alarm: AlarmModel, store: MetricStore, now: number, rules: CloudWatchRules): readonly Point[] {
  const { periods, periodMinutes, expression, metrics } = alarm;
  const count = periods + extraPeriods;
  const seenUntil = now - rules.delay;
  const series = ({ metric, statistic }: AlarmModel['metrics'][string]): Series => {
    const datapoint = store.datapoints(metric, statistic);
    return Array.from({ length: count }, (_, at) => {
      const from = now - (count - at) * periodMinutes;
      return datapoint(from, Math.min(from + periodMinutes, seenUntil));
    });
  };
  const variables = Object.entries(metrics).map(([id, metric]) => [id, series(metric)] as const);
  return evaluate(expression, new Map(variables), { count, fillsEmptySeries: rules.fillsEmptySeries });
}

type Resource = { readonly Ref?: string; readonly 'Fn::GetAtt'?: readonly [string, string] };

type MetricInTemplate = {
  readonly MetricName: string;
  readonly Dimensions?: readonly { readonly Name: string; readonly Value: string | Resource }[];
};

/** The properties of an alarm in a template. */
type AlarmInTemplate = {
  readonly AlarmName: string;
  readonly ComparisonOperator: string;
  readonly Threshold: number;
  readonly EvaluationPeriods: number;
  readonly DatapointsToAlarm: number;
  readonly TreatMissingData: AlarmModel['missing'];
  readonly Period?: number;
  readonly Statistic?: Statistic;
  readonly MetricName?: string;
  readonly Dimensions?: MetricInTemplate['Dimensions'];
  readonly Metrics?: readonly {
    readonly Id: string;
    readonly Expression?: string;
    readonly MetricStat?: { readonly Metric: MetricInTemplate; readonly Period: number; readonly Stat: Statistic };
  }[];
};

/** `Errors DeliverFunction`, `Parked hubspot`: the name, and what it is of. */
const nameOf = ({ MetricName, Dimensions = [] }: MetricInTemplate): string => {
  const values = Dimensions.filter(({ Name }) => Name !== 'service' && Name !== 'Stage').map(({ Value }) =>
    typeof Value === 'string' ? Value : String(Value.Ref ?? Value['Fn::GetAtt']?.[0]).replace(/[0-9A-F]{8}$/, ''),
  );
  return [MetricName, ...values].join(' ');
};

/** Throws if an alarm has something that this model does not know. */
export const readAlarms = (resources: Readonly<Record<string, { readonly [key: string]: AlarmInTemplate }>>) =>
  Object.values(resources).flatMap(({ Properties }) => (Properties === undefined ? [] : [readAlarm(Properties)]));

function readAlarm(alarm: AlarmInTemplate): AlarmModel {
  const { MetricName, Dimensions = [], Statistic: statistic, Period, Metrics = [] } = alarm;
  if (alarm.ComparisonOperator !== 'GreaterThanThreshold') throw new Error('Only GreaterThanThreshold is modelled.');
  const common = {
    name: alarm.AlarmName.replace(/^SmartsuppCrmForwarder-prod-/, ''),
    threshold: alarm.Threshold,
    periods: alarm.EvaluationPeriods,
    datapoints: alarm.DatapointsToAlarm,
    missing: alarm.TreatMissingData,
  };
  if (MetricName !== undefined && statistic !== undefined && Period !== undefined) {
    const metric = nameOf({ MetricName, Dimensions });
    return { ...common, periodMinutes: Period / 60, expression: 'm', metrics: { m: { metric, statistic } } };
  }
  const expression = Metrics.find(({ Expression }) => Expression !== undefined)?.Expression;
  const stats = Metrics.flatMap(({ Id, MetricStat }) => (MetricStat === undefined ? [] : [{ Id, ...MetricStat }]));
  const [first] = stats;
  if (expression === undefined || first === undefined) throw new Error(`${alarm.AlarmName} goes by no metric.`);
  const metrics = stats.map(({ Id, Metric, Stat }) => [Id, { metric: nameOf(Metric), statistic: Stat }] as const);
  return { ...common, periodMinutes: first.Period / 60, expression, metrics: Object.fromEntries(metrics) };
}
