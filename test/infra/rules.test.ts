import { beforeAll, describe, expect, it } from '@jest/globals';
import { type App, CfnResource, Validations } from 'aws-cdk-lib';
import { Annotations, Match } from 'aws-cdk-lib/assertions';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { AwsSolutionsChecks } from 'cdk-nag';
import { stages } from '../../infra/stages.ts';
import { forwarderStack, testApp, withApi } from './support/stacks.ts';

const synthesize = (build: (app: App) => void): string => {
  const app = testApp();
  build(app);
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  try {
    app.synth();
    return '';
  } catch (error) {
    return String(error);
  }
};

describe('cdk-nag and the default rules', () => {
  it.each(stages.map(({ name }) => name))('find nothing in our stack, stage %s', (stage) => {
    expect(synthesize((app) => forwarderStack(app, { stage }))).toBe('');
  });

  it('find nothing where alarms are posted to a chat channel', () => {
    expect(
      synthesize((app) =>
        forwarderStack(app, { config: { notify: { to: 'slack', on: ['alarms', 'missed'], withWords: false } } }),
      ),
    ).toBe('');
  });

  it('find nothing where Smartsupp has a second source', () => {
    expect(synthesize((app) => forwarderStack(app, { config: withApi }))).toBe('');
  });

  it('leave no warning that cdk deploy would print', () => {
    const annotations = Annotations.fromStack(forwarderStack(testApp()));
    expect(annotations.findWarning('*', Match.anyValue())).toEqual([]);
  });

  describe('on a stack that breaks both', () => {
    let report: string;

    beforeAll(() => {
      report = synthesize((app) => {
        const stack = forwarderStack(app);
        new Queue(stack, 'Unprotected');
        new CfnResource(stack, 'Impossible', { type: 'AWS::SQS::Queue', properties: { VisibilityTimeout: 'soon' } });
      });
    });

    it.each(['AwsSolutions-SQS3', 'AwsSolutions-SQS4', 'SmartsuppCrmForwarder-prod/Unprotected'])(
      'cdk-nag reports %s',
      (finding) => {
        expect(report).toContain(finding);
      },
    );

    it('the default rules report a property of the wrong type', () => {
      expect(report).toContain('SmartsuppCrmForwarder-prod/Impossible');
      expect(report).toMatch(/VisibilityTimeout/);
    });
  });
});
