import { createHash } from 'node:crypto';
import { TemplateError } from '../lib/errors.ts';
import { account } from '../lib/settings.ts';
import type { Resource, Template } from './assembly.ts';
import type { References } from './intrinsics.ts';

const { id: accountId, region, partition } = account;

type Identity = { readonly ref: string; readonly attributes: Readonly<Record<string, string>> };

type Named = {
  readonly logicalId: string;
  readonly name: string;
  readonly properties: Readonly<Record<string, unknown>>;
  /** The name of the resource to which a property is a `Ref`. */
  readonly referred: (property: string) => string;
};

export type Created = { readonly physicalId: string; readonly data: Readonly<Record<string, unknown>> };

type IdentityOptions = {
  readonly template: Template;
  readonly stackName: string;
  readonly queueUrl: (queueName: string) => string;
  /** The custom resources created so far, by logical id. Read at each reference. */
  readonly created: ReadonlyMap<string, Created>;
};

export function createReferences({ template, stackName, queueUrl, created }: IdentityOptions): References {
  const pseudo: Readonly<Record<string, unknown>> = {
    'AWS::AccountId': accountId,
    'AWS::Region': region,
    'AWS::Partition': partition,
    'AWS::URLSuffix': 'amazonaws.com',
    'AWS::StackName': stackName,
    'AWS::StackId': stackArn(stackName),
    'AWS::NoValue': undefined,
  };

  const identify = (logicalId: string): Identity => {
    const resource = template.Resources[logicalId];
    if (!resource) throw new TemplateError(`The template refers to ${logicalId}, which it does not have.`);
    if (isCustom(resource)) return customIdentity(logicalId, created);
    const describe = identities(queueUrl)[resource.Type];
    if (!describe) throw new TemplateError(`${logicalId} is needed, but the local stack runs no ${resource.Type}.`);
    const { Properties: properties = {} } = resource;
    const referred = (property: string) => identify(String(Object(properties[property]).Ref)).ref;
    return describe({ logicalId, name: `${stackName}-${logicalId}`, properties, referred });
  };

  return {
    ref: (name) => {
      if (Object.hasOwn(pseudo, name)) return pseudo[name];
      const parameter = template.Parameters?.[name];
      return parameter ? parameter.Default : identify(name).ref;
    },
    attribute: (logicalId, name) => {
      const { attributes } = identify(logicalId);
      if (Object.hasOwn(attributes, name)) return attributes[name];
      throw new TemplateError(`The local stack knows no attribute ${name} of ${logicalId}.`);
    },
  };
}

export const stackArn = (stackName: string) => arn('cloudformation', `stack/${stackName}/local`);

export const isCustom = ({ Type }: Resource) =>
  Type === 'AWS::CloudFormation::CustomResource' || Type.startsWith('Custom::');

function customIdentity(logicalId: string, created: ReadonlyMap<string, Created>): Identity {
  const resource = created.get(logicalId);
  if (!resource) throw new TemplateError(`${logicalId} is needed before it can be created.`);
  const attributes = Object.entries(resource.data).map(([name, value]) => [name, String(value)]);
  return { ref: resource.physicalId, attributes: Object.fromEntries(attributes) };
}

const arn = (service: string, resource: string) => `arn:${partition}:${service}:${region}:${accountId}:${resource}`;

const identities = (queueUrl: (name: string) => string): Readonly<Record<string, (named: Named) => Identity>> => ({
  'AWS::SQS::Queue': ({ name, properties }) => {
    const queueName = own(properties['QueueName']) ?? shortened(name, 80);
    const url = queueUrl(queueName);
    return { ref: url, attributes: { Arn: arn('sqs', queueName), QueueName: queueName, QueueUrl: url } };
  },
  'AWS::DynamoDB::Table': tableIdentity,
  'AWS::DynamoDB::GlobalTable': tableIdentity,
  'AWS::SecretsManager::Secret': ({ name, properties }) => {
    const ref = arn('secretsmanager', `secret:${own(properties['Name']) ?? name}`);
    return { ref, attributes: { Id: ref } };
  },
  'AWS::Lambda::Function': ({ name, properties }) => {
    const ref = own(properties['FunctionName']) ?? shortened(name, 64);
    return { ref, attributes: { Arn: arn('lambda', `function:${ref}`) } };
  },
  // Only one version runs here.
  'AWS::Lambda::Version': ({ referred }) => ({
    ref: arn('lambda', `function:${referred('FunctionName')}:1`),
    attributes: { Version: '1' },
  }),
  'AWS::Lambda::Alias': ({ referred, properties }) => ({
    ref: arn('lambda', `function:${referred('FunctionName')}:${properties['Name']}`),
    attributes: {},
  }),
  'AWS::Events::Rule': ({ name }) => ({ ref: name, attributes: { Arn: arn('events', `rule/${name}`) } }),
  'AWS::Logs::LogGroup': ({ name, properties }) => {
    const ref = own(properties['LogGroupName']) ?? name;
    return { ref, attributes: { Arn: arn('logs', `log-group:${ref}:*`) } };
  },
  'AWS::ApiGatewayV2::Api': ({ logicalId }) => ({
    ref: logicalId,
    attributes: { ApiId: logicalId, ApiEndpoint: `https://${logicalId}.execute-api.${region}.amazonaws.com` },
  }),
  'AWS::ApiGatewayV2::Integration': ({ logicalId }) => ({ ref: logicalId, attributes: { IntegrationId: logicalId } }),
  'AWS::ApiGatewayV2::Stage': ({ properties }) => ({ ref: String(properties['StageName']), attributes: {} }),
});

/** The name ends in a digest of keys and indexes, since the embedded server cannot change them in a table. */
function tableIdentity({ name, properties }: Named): Identity {
  const { KeySchema, AttributeDefinitions, GlobalSecondaryIndexes, LocalSecondaryIndexes } = properties;
  const shape = JSON.stringify([KeySchema, AttributeDefinitions, GlobalSecondaryIndexes, LocalSecondaryIndexes]);
  const digest = createHash('sha256').update(shape).digest('hex').slice(0, tableDigestLength);
  const ref = `${own(properties['TableName']) ?? name}-${digest}`;
  return { ref, attributes: { Arn: arn('dynamodb', `table/${ref}`) } };
}

export const tableDigestLength = 8;

const own = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

/** Keeps the end of a name, since a logical id ends in its unique digest. */
const shortened = (name: string, length: number) => name.slice(-length);
