import { expect, test } from '@jest/globals';
import { Template } from 'aws-cdk-lib/assertions';
import { forwarderStack, testApp } from './support/stacks.ts';

process.env['CDK_VALIDATION'] = 'false';

type Widget = {
  readonly type: string;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly properties: {
    readonly title?: string;
    readonly markdown?: string;
    readonly metrics?: readonly (readonly unknown[])[];
    readonly alarms?: readonly string[];
  };
};

/** The dashboard's widgets; what is only known on AWS is left as a word. */
const widgets = (config = {}): readonly Widget[] => {
  const template = Template.fromStack(forwarderStack(testApp(), { config }));
  const [parts = []] = Object.values(template.findResources('AWS::CloudWatch::Dashboard')).map(
    ({ Properties }): readonly unknown[] => Properties.DashboardBody['Fn::Join'][1],
  );
  return JSON.parse(parts.map((part) => (typeof part === 'string' ? part : 'resource')).join('')).widgets;
};

const metricsOf = ({ properties }: Widget | undefined = { type: '', x: 0, y: 0, width: 0, properties: {} }) =>
  JSON.stringify(properties.metrics ?? []);

test('says in its first row whether chats flow', () => {
  const row = widgets().filter(({ y }) => y === 0);
  expect(row.map(({ properties }) => properties.title)).toEqual([
    'Received, 24 h',
    'Delivered, 24 h',
    'Parked and held now',
    'Oldest on its way',
  ]);
  expect(row.reduce((width, each) => width + each.width, 0)).toBe(24);
});

test('shows received beside delivered, to each destination', () => {
  const flow = widgets().find(({ properties }) => properties.title?.startsWith('Received, and delivered'));
  expect(metricsOf(flow)).toContain('"SmartsuppCrmForwarder-prod","Received"');
  for (const destination of ['own-system', 'hubspot']) {
    expect(metricsOf(flow)).toContain(`"Delivered","Destination","${destination}","service","deliver"`);
  }
});

test('shows every alarm', () => {
  const { Resources } = Template.fromStack(forwarderStack(testApp())).toJSON();
  const count = Object.values(Resources).filter((each) => Object(each).Type === 'AWS::CloudWatch::Alarm').length;
  expect(widgets().find(({ type }) => type === 'alarm')?.properties.alarms).toHaveLength(count);
});

test('says what to do', () => {
  const text = widgets().find(({ type }) => type === 'text')?.properties.markdown;
  expect(text).toContain('https://example.com/runbook.md');
  expect(text).toContain('npx forwarder doctor');
});

test('has no empty widget while no destination is configured', () => {
  for (const { properties } of widgets({ destinations: [] })) {
    if ('metrics' in properties) expect(properties.metrics).not.toEqual([]);
  }
});
