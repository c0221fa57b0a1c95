import { describe, expect, it } from '@jest/globals';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { StackNameError, stackNameOf } from '../../infra/deployed.ts';
import { forwarderStack, testApp, withApi } from './support/stacks.ts';

// The rules have their own test; the template is made in a tenth of the time without them.
process.env['CDK_VALIDATION'] = 'false';

it('feeds deliver as the configuration says: without a window in batches that need none', () => {
  const config = { batchingWindowSeconds: 0, maxConcurrency: 40 };
  const configured = Template.fromStack(forwarderStack(testApp(), { config }));
  const [mapping] = Object.values(configured.findResources('AWS::Lambda::EventSourceMapping'));
  expect(mapping?.['Properties']).toMatchObject({ BatchSize: 10, ScalingConfig: { MaximumConcurrency: 40 } });
  expect(mapping?.['Properties']).not.toHaveProperty('MaximumBatchingWindowInSeconds');
});

it('publishes receive anew with another hook key, and nothing else', () => {
  const versionsOf = (hookKeyRevision: string) =>
    Object.keys(
      Template.fromStack(forwarderStack(testApp(), { hookKeyRevision })).findResources('AWS::Lambda::Version'),
    );
  const [before, after] = [versionsOf('1'), versionsOf('2')];
  const isReceive = (id: string) => id.startsWith('Receive');
  expect(before.filter(isReceive)).not.toEqual(after.filter(isReceive));
  expect(before.filter((id) => !isReceive(id))).toEqual(after.filter((id) => !isReceive(id)));
});

describe('a stack with a host name of its own', () => {
  const own = Template.fromStack(forwarderStack(testApp(), { config: { domain: 'hooks.shop.example' } }));

  it('has a URL that outlives it, and says where the DNS record must point', () => {
    own.hasResourceProperties('AWS::CertificateManager::Certificate', {
      DomainName: 'hooks.shop.example',
      ValidationMethod: 'DNS',
    });
    own.hasResourceProperties('AWS::ApiGatewayV2::ApiMapping', { Stage: '$default' });
    own.hasOutput('HookUrl', { Value: 'https://hooks.shop.example/smartsupp/' });
    own.hasOutput('DomainTarget', { Value: { 'Fn::GetAtt': [Match.anyValue(), 'RegionalDomainName'] } });
  });
});

describe('a stack that takes over from another', () => {
  const secret = 'arn:aws:secretsmanager:eu-central-1:123456789012:secret:HookKey-AbCdEf';
  const takeOver = { table: 'restored', erasures: 'erased', hookKeySecret: secret };
  const own = Template.fromStack(forwarderStack(testApp(), { name: 'Second', takeOver }));

  it('makes neither tables nor a key, and uses what there is', () => {
    own.resourceCountIs('AWS::DynamoDB::GlobalTable', 0);
    own.resourceCountIs('AWS::SecretsManager::Secret', 2);
    own.hasOutput('TableName', { Value: 'restored' });
    own.hasOutput('ErasureTableName', { Value: 'erased' });
    own.hasResourceProperties('Custom::HookKeyDigests', { SecretId: secret });
    const tables = JSON.stringify(own.findResources('AWS::IAM::Policy')).match(/table\/[^"]+/g);
    expect(new Set(tables)).toEqual(
      new Set(['table/restored', 'table/restored/index/byVisitor', 'table/restored/index/listing']),
    );
  });

  it('has its own name, also in its logs and metrics', () => {
    expect(JSON.stringify(own.toJSON())).toContain('Second-prod/deliver');
    expect(JSON.stringify(own.toJSON())).not.toContain('SmartsuppCrmForwarder-');
  });

  it.each(['', 'no_underscore', '1st', 'x'.repeat(61), undefined])('cannot be named %j', (name) => {
    expect(() => stackNameOf(name, 'prod')).toThrow(StackNameError);
  });
});

it('deploys no second source unless it is configured, and no route for webhooks without them', () => {
  const names = (config: object) =>
    Object.keys(Template.fromStack(forwarderStack(testApp(), { config })).toJSON()['Resources']).filter((id) =>
      /^Api|Webhooks/.test(id),
    );
  expect(names({})).toEqual([]);
  expect(names(withApi).length).toBeGreaterThan(20);
  const withoutWebhooks = names({ api: { ...withApi.api, webhooks: false } });
  expect(withoutWebhooks.filter((id) => /Events|Webhooks/.test(id))).toEqual([]);
  expect(withoutWebhooks.some((id) => id.startsWith('ApiFetchFunction'))).toBe(true);
});
