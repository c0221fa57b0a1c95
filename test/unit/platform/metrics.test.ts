import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { countAttempt, createMetrics } from '../../../lambda/platform/metrics.ts';

const now = () => new Date('2026-05-04T08:15:00Z');

/** What was printed, each line as CloudWatch reads it. */
let printed: { readonly _aws: unknown; readonly [key: string]: unknown }[];

beforeEach(() => {
  printed = [];
  process.env['METRICS_NAMESPACE'] = 'SmartsuppCrmForwarder-prod';
  jest.spyOn(process.stdout, 'write').mockImplementation((text) => {
    printed.push(JSON.parse(String(text)));
    return true;
  });
});

afterEach(() => {
  jest.restoreAllMocks();
  delete process.env['METRICS_NAMESPACE'];
});

const directive = (dimensions: readonly string[], ...metrics: readonly [name: string, unit: string][]) => ({
  Timestamp: now().getTime(),
  CloudWatchMetrics: [
    {
      Namespace: 'SmartsuppCrmForwarder-prod',
      Dimensions: [dimensions],
      Metrics: metrics.map(([Name, Unit]) => ({ Name, Unit })),
    },
  ],
});

describe('metrics', () => {
  test('are printed once, when they are flushed', () => {
    const metrics = createMetrics('sweep', now);
    metrics.count('ParkedNow', 3);
    metrics.count('OldestPendingSeconds', 4.5);
    expect(printed).toEqual([]);
    metrics.flush();
    metrics.flush();
    expect(printed).toEqual([
      {
        _aws: directive(['service'], ['ParkedNow', 'Count'], ['OldestPendingSeconds', 'Seconds']),
        service: 'sweep',
        ParkedNow: 3,
        OldestPendingSeconds: 4.5,
      },
    ]);
  });

  test('of one destination are separate from those of another, in every invocation', () => {
    const metrics = createMetrics('deliver', now);
    for (let invocation = 0; invocation < 2; invocation += 1) {
      countAttempt(metrics, { destination: 'hubspot', outcome: 'delivered' });
      countAttempt(metrics, { destination: 'hubspot', outcome: 'delivered', fault: null });
      countAttempt(metrics, { destination: 'own', outcome: 'retry', fault: 'credentials' });
      metrics.flush();
    }
    const dimensions = ['service', 'Destination'];
    const once = [
      {
        _aws: directive(dimensions, ['Delivered', 'Count']),
        service: 'deliver',
        Destination: 'hubspot',
        Delivered: 2,
      },
      {
        _aws: directive(dimensions, ['Retried', 'Count'], ['CredentialsRefused', 'Count']),
        service: 'deliver',
        Destination: 'own',
        Retried: 1,
        CredentialsRefused: 1,
      },
    ];
    expect(printed).toEqual([...once, ...once]);
  });

  test('of any number of attempts take one line', () => {
    const metrics = createMetrics('deliver', now);
    for (let count = 0; count < 250; count += 1) countAttempt(metrics, { destination: 'hubspot', outcome: 'held' });
    metrics.flush();
    expect(printed).toEqual([expect.objectContaining({ Held: 250 })]);
  });
});
