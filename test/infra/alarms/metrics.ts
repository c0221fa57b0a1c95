/** The metrics that CloudWatch was sent, in minutes since the beginning of a trial. */
export type MetricStore = {
  /** Several values in one minute are several samples. */
  readonly put: (metric: string, minute: number, value: number) => void;
  /** The samples of the minutes from `from` up to, and without, `to`. */
  readonly has: (metric: string) => boolean;
  readonly samples: (metric: string, from: number, to: number) => readonly number[];
};

export type Statistic = 'Sum' | 'Minimum' | 'Maximum';

export function createMetricStore(): MetricStore {
  const metrics = new Map<string, (number[] | undefined)[]>();
  return {
    put: (metric, minute, value) => {
      const minutes = metrics.get(metric) ?? [];
      metrics.set(metric, minutes);
      minutes[minute] = [...(minutes[minute] ?? []), value];
    },
    has: (metric) => metrics.has(metric),
    samples: (metric, from, to) =>
      (metrics.get(metric) ?? [])
        .slice(Math.max(from, 0), Math.max(to, 0))
        .flat(1)
        .filter((each) => each !== undefined),
  };
}

/** Undefined without samples: CloudWatch has no datapoint then. */
export function aggregate(samples: readonly number[], statistic: Statistic): number | undefined {
  if (samples.length === 0) return undefined;
  if (statistic === 'Sum') return samples.reduce((sum, each) => sum + each, 0);
  return statistic === 'Minimum' ? Math.min(...samples) : Math.max(...samples);
}
