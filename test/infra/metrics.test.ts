import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Template } from 'aws-cdk-lib/assertions';
import { createDeliver, type DeliverDependencies } from '../../lambda/deliver/batch.ts';
import { countAttempt, createMetrics } from '../../lambda/platform/metrics.ts';
import { createReceiver, type ReceiverDependencies } from '../../lambda/receive/receiver.ts';
import { createReportDeviations } from '../../lambda/smartsupp/deviations.ts';
import { noFiles } from '../support/no-files.ts';
import { forwarderStack, testApp } from './support/stacks.ts';

process.env['CDK_VALIDATION'] = 'false';
const template = Template.fromStack(forwarderStack(testApp()));

describe('the alarms go by what is really sent:', () => {
  let printed: string[];
  beforeEach(() => {
    printed = [];
    const { Variables } = functionOf('delivers').Environment;
    process.env['METRICS_NAMESPACE'] = Variables.METRICS_NAMESPACE;
    jest.spyOn(process.stdout, 'write').mockImplementation((text) => Boolean(printed.push(String(text))));
  });
  afterEach(() => {
    jest.restoreAllMocks();
    delete process.env['METRICS_NAMESPACE'];
  });

  /** Where CloudWatch puts the metrics that were printed. */
  const sent = () =>
    printed.flatMap((line) => {
      const emf = JSON.parse(line);
      const [{ Namespace, Dimensions, Metrics }] = emf._aws.CloudWatchMetrics;
      const names: readonly string[] = Dimensions[0];
      return Object.values<{ Name: string }>(Metrics).map(({ Name }) => ({
        Namespace,
        MetricName: Name,
        Dimensions: names.toSorted().map((name) => ({ Name: name, Value: emf[name] })),
      }));
    });

  it.each([
    ['credentials', 'Deliver-hubspot-CredentialsRefused'],
    ['redirected', 'Deliver-hubspot-Redirected'],
  ])('an attempt that ends with "%s"', (fault, alarm) => {
    const metrics = createMetrics('deliver', () => new Date());
    countAttempt(metrics, { destination: 'hubspot', outcome: 'retry', fault });
    metrics.flush();
    expect(sent()).toContainEqual(metricOf(alarm));
  });

  it('a hook that is not as documented, if it is the first of its kind', async () => {
    const metrics = createMetrics('deliver', () => new Date());
    const log = { info: () => {}, warn: () => {}, error: () => {} };
    let isNew = true;
    const report = createReportDeviations({ countDeviation: async () => isNew, log, metrics });
    await report('208:1', ['/visitor type']);
    metrics.flush();
    expect(sent()).toContainEqual(metricOf('Deliver-FormatChanged'));
    isNew = false;
    await report('208:2', ['/visitor type']);
    metrics.flush();
    expect(sent().map(({ MetricName }) => MetricName)).toEqual(['Undocumented', 'FormatChanged', 'Undocumented']);
  });

  it('a delivery that is parked', () => {
    const metrics = createMetrics('deliver', () => new Date());
    countAttempt(metrics, { destination: 'hubspot', outcome: 'parked', fault: 'permanent' });
    metrics.flush();
    expect(sent()).toContainEqual(metricOf('Deliver-hubspot-Parked'));
  });

  it('the age of the oldest pending delivery', () => {
    const metrics = createMetrics('sweep', () => new Date());
    metrics.count('OldestPendingSeconds');
    metrics.flush();
    expect(sent()).toContainEqual(metricOf('Sweep-DeliveriesLate'));
  });
});

describe("receive's log says what is counted of it:", () => {
  const said = async (dependencies: Partial<ReceiverDependencies>): Promise<readonly string[]> => {
    const messages: string[] = [];
    const write = (message: string) => void messages.push(message);
    const receive = createReceiver({
      isAuthentic: () => true,
      validate: () => ({ ok: false, reason: 'not-json', detail: 'It is not JSON.', faults: [] }),
      enqueue: async () => {},
      spool: async () => {},
      keepRejected: async () => 'id',
      log: { info: write, warn: write, error: write },
      now: () => new Date(),
      ...dependencies,
    });
    await receive({ requestContext: { http: { method: 'POST' } }, body: '{}', isBase64Encoded: false });
    return messages;
  };
  const refuse = () => Promise.reject(new Error('away'));

  it.each<[metric: string, Partial<ReceiverDependencies>]>([
    ['Received', { validate: () => ({ ok: true, conversationId: '208:1' }) }],
    ['BodiesRejected', {}],
    ['BodiesLost', { keepRejected: async () => undefined }],
    ['BodiesLost', { keepRejected: refuse }],
  ])('%s', async (metric, dependencies) => {
    expect(countedOf('receive', await said(dependencies))).toEqual([metric]);
  });
});

describe('a chat that was answered 200 and that deliver sets aside raises an alarm, where', () => {
  const said = async (open: DeliverDependencies['open']): Promise<readonly string[]> => {
    const messages: string[] = [];
    const write = (message: string) => void messages.push(message);
    const unused = () => {
      throw new Error('A message that cannot be read goes no further.');
    };
    const deliver = createDeliver({
      open,
      isHeavy: () => false,
      read: () => undefined,
      fetchFile: noFiles,
      reportDeviations: async () => {},
      keepUnreadable: async () => 'id',
      destinations: Promise.resolve([]),
      conversations: { save: unused, load: unused, isErased: unused },
      ledger: { read: unused, write: unused, remove: unused },
      contactLocks: { acquire: unused, release: unused },
      isStopped: unused,
      mayBeForgotten: unused,
      identityOf: unused,
      chatsOf: unused,
      enqueueChat: unused,
      retryPolicy: unused,
      log: { info: write, warn: write, error: write },
      metrics: { count: unused },
      now: () => new Date(),
    });
    await Promise.all(deliver(['chat'], new Date(Date.now() + 60_000)));
    return messages;
  };

  it.each<[what: string, open: DeliverDependencies['open']]>([
    ['this release does not take it', async (body) => ({ kind: 'hook', body, receivedAt: new Date() })],
    [
      'this release cannot open its message',
      async () => ({ kind: 'unreadable', reason: 'no-envelope', detail: 'None.' }),
    ],
  ])('%s', async (_what, open) => {
    expect(metricOf('Deliver-SetAside').MetricName).toBe('ChatsSetAside');
    expect(countedOf('deliver', await said(open))).toEqual(['ChatsSetAside']);
  });
});

/** The metrics that count one of these messages in the log of a function. */
const countedOf = (log: string, messages: readonly string[]): readonly string[] => {
  const name = `SmartsuppCrmForwarder-prod/${log}`;
  const [logGroup] = Object.keys(template.findResources('AWS::Logs::LogGroup', { Properties: { LogGroupName: name } }));
  return Object.values(template.findResources('AWS::Logs::MetricFilter'))
    .map(({ Properties }) => Properties)
    .filter(({ LogGroupName }) => LogGroupName.Ref === logGroup)
    .filter(({ FilterPattern }) => messages.some((message) => matches(FilterPattern, message)))
    .map(({ MetricTransformations }) => MetricTransformations[0].MetricName);
};

/** As CloudWatch Logs reads `{ $.message = "…" }`: `*` stands for anything. */
const matches = (pattern: string, message: string): boolean => {
  const [, text = ''] = /"(.*)"/.exec(pattern) ?? [];
  return text.endsWith('*') ? message.startsWith(text.slice(0, -1)) : message === text;
};

const functionOf = (description: string) =>
  Object(
    Object.values(template.findResources('AWS::Lambda::Function'))
      .map(({ Properties }) => Properties)
      .find(({ Description }) => Description.includes(description)),
  );

/** The metric that an alarm goes by. */
const metricOf = (name: string) => {
  const alarms = Object.values(template.findResources('AWS::CloudWatch::Alarm')).map(({ Properties }) => Properties);
  const alarm = alarms.find(({ AlarmName }) => AlarmName === `SmartsuppCrmForwarder-prod-${name}`);
  return { Namespace: alarm?.Namespace, MetricName: alarm?.MetricName, Dimensions: alarm?.Dimensions };
};
