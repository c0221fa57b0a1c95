/** The metrics that CloudWatch was sent, in minutes since the beginning of a trial. */
export type MetricStore = {
  /** Several values in one minute are several samples. */
  readonly put: (metric: string, minute: number, value: number) => void;
  readonly has: (metric: string) => boolean;
  /**
   * The datapoint of the minutes from `from` up to, and without, `to`. Undefined without samples: CloudWatch has no
   * datapoint then.
   */
  readonly datapoints: (metric: string, statistic: Statistic) => (from: number, to: number) => number | undefined;
};

export type Statistic = 'Sum' | 'Minimum' | 'Maximum';

export function createMetricStore(): MetricStore {
  const metrics = new Map<string, (number[] | undefined)[]>();
  const computed = new Map<string, Map<number, number | undefined>>();
  return {
    put: (metric, minute, value) => {
      computed.clear();
      const minutes = metrics.get(metric) ?? [];
      metrics.set(metric, minutes);
      minutes[minute] = [...(minutes[minute] ?? []), value];
    },
    has: (metric) => metrics.has(metric),
    datapoints: (metric, statistic) => {
      const minutes = metrics.get(metric) ?? [];
      const name = `${statistic} ${metric}`;
      // An alarm looks at each period again and again as its window slides.
      const known = computed.get(name) ?? new Map<number, number | undefined>();
      computed.set(name, known);
      return (from, to) => {
        const key = from * maxMinutes + to;
        if (!known.has(key)) known.set(key, aggregate(minutes.slice(Math.max(from, 0), Math.max(to, 0)), statistic));
        return known.get(key);
      };
    },
  };
}

/** More than any trial has. */
const maxMinutes = 1_000_000;

function aggregate(minutes: readonly (readonly number[] | undefined)[], statistic: Statistic): number | undefined {
  const samples = minutes.flatMap((each) => each ?? []);
  if (samples.length === 0) return undefined;
  if (statistic === 'Sum') return samples.reduce((sum, each) => sum + each, 0);
  return statistic === 'Minimum' ? Math.min(...samples) : Math.max(...samples);
}
