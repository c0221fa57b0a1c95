import { describe, expect, it } from '@jest/globals';
import { Template } from 'aws-cdk-lib/assertions';
import { stageNamed, stages } from '../../infra/stages.ts';
import { forwarderStack, testApp } from './support/stacks.ts';

process.env['CDK_VALIDATION'] = 'false';

/** Of each stage no more than a person can read: what there is, and what the stages differ in. */
const summary = (stage: string) => {
  const stack = forwarderStack(testApp(), { stage });
  const template = Template.fromStack(stack);
  const resources: readonly Resource[] = Object.values(template.toJSON()['Resources']);
  const counts = Map.groupBy(resources, ({ Type }) => Type);
  const ofType = (type: string) => resources.filter(({ Type }) => Type === type);
  return {
    name: stack.stackName,
    resources: Object.fromEntries([...counts].map(([type, found]) => [type, found.length]).toSorted()),
    table: ofType('AWS::DynamoDB::GlobalTable').map(({ DeletionPolicy, Properties }) => ({
      DeletionPolicy,
      DeletionProtectionEnabled: Object(Properties?.['Replicas'])[0].DeletionProtectionEnabled,
    })),
    logs: [...new Set(ofType('AWS::Logs::LogGroup').map(({ Properties }) => Properties?.['RetentionInDays']))],
    told: ofType('AWS::SNS::Subscription').map(({ Properties }) => Properties?.['Endpoint']),
    namespaces: [...new Set(JSON.stringify(resources).match(/SmartsuppCrmForwarder-\w+(?=")/g))],
  };
};

type Resource = {
  readonly Type: string;
  readonly DeletionPolicy?: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
};

describe.each(stages)('the stage $name', ({ name }) => {
  it('is this', () => {
    expect(summary(name)).toMatchSnapshot();
  });

  it('is on every resource that takes a tag', () => {
    const { Resources } = Template.fromStack(forwarderStack(testApp(), { stage: name })).toJSON();
    const tagged = Object.values<Resource>(Resources).flatMap(({ Properties }) => Properties?.['Tags'] ?? []);
    expect(JSON.stringify(tagged).split(`{"Key":"Stage","Value":"${name}"}`).length).toBeGreaterThan(10);
    expect(JSON.stringify(tagged)).toContain('{"Key":"Application","Value":"smartsupp-crm-forwarder"}');
  });
});

it('a stage that there is not is told, with those that there are', () => {
  expect(() => stageNamed('production')).toThrow(
    'There is no stage "production". Give -c stage=prod or -c stage=dev, or describe it in infra/stages.ts.',
  );
  expect(() => stageNamed(undefined)).toThrow('There is no stage');
});
