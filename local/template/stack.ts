import type { FunctionDefinition } from '../lambda/function.ts';
import { TemplateError } from '../lib/errors.ts';
import type { Assembly, Resource } from './assembly.ts';
import type {
  CustomResourceDefinition,
  MappingDefinition,
  QueueDefinition,
  RouteDefinition,
  ScheduleDefinition,
  SecretDefinition,
  TableDefinition,
} from './definitions.ts';
import {
  functionNameOf,
  labelOf,
  nested,
  optionalNumber,
  optionalText,
  type Properties,
  rate,
  text,
} from './definitions.ts';
import { isCustom } from './identities.ts';
import { type References, resolve } from './intrinsics.ts';

/** SQS's defaults, to which a property is reset if infra/ no longer sets it. */
const queueDefaults = {
  VisibilityTimeout: '30',
  DelaySeconds: '0',
  MaximumMessageSize: '1048576',
  MessageRetentionPeriod: '345600',
  ReceiveMessageWaitTimeSeconds: '0',
  RedrivePolicy: '',
};

export type StackDefinition = ReturnType<typeof readStack>;

/**
 * The resources of a template that run on this machine; others, such as roles and alarms, have no effect here. Each
 * method resolves the references when it is called, and throws a TemplateError for those that it cannot resolve, such
 * as an attribute of a custom resource that does not exist yet.
 */
export function readStack({ template, assetDirectory }: Assembly, references: References) {
  const { ref, attribute } = references;

  const each = <T>(types: readonly string[], read: (properties: Properties, id: string, resource: Resource) => T) =>
    Object.entries(template.Resources)
      .filter(([, { Type }]) => types.includes(Type))
      .map(([id, resource]) => within(id, () => read(resource.Properties ?? {}, id, resource)));

  const resolved = (properties: Properties, ...names: readonly string[]): Properties =>
    Object.fromEntries(names.map((name) => [name, resolve(properties[name], references)]));

  const integrationOf = (target: string) => {
    const id = target.replace(/^integrations\//, '');
    const properties = template.Resources[id]?.Properties;
    if (!properties) throw new TemplateError(`Its target ${target} is not in the template.`);
    return resolved(properties, 'IntegrationUri', 'TimeoutInMillis');
  };

  const outputOf = (name: string): string | undefined => {
    const { Value: value } = template.Outputs?.[name] ?? {};
    return value === undefined ? undefined : String(resolve(value, references));
  };

  return {
    queues: (): readonly QueueDefinition[] =>
      each(['AWS::SQS::Queue'], (properties, id) => {
        const own = Object.keys(queueDefaults)
          .map((name) => [name, resolve(properties[name], references)] as const)
          .filter(([, value]) => value !== undefined)
          .map(([name, value]) => [name, typeof value === 'object' ? JSON.stringify(value) : String(value)]);
        return {
          name: String(attribute(id, 'QueueName')),
          attributes: { ...queueDefaults, ...Object.fromEntries(own) },
        };
      }),

    tables: (): readonly TableDefinition[] =>
      each(['AWS::DynamoDB::Table', 'AWS::DynamoDB::GlobalTable'], (properties, id) => ({
        name: String(ref(id)),
        properties: resolved(
          properties,
          'AttributeDefinitions',
          'KeySchema',
          'GlobalSecondaryIndexes',
          'LocalSecondaryIndexes',
        ),
      })),

    secrets: (): readonly SecretDefinition[] =>
      each(['AWS::SecretsManager::Secret'], (properties, id, { Metadata = {} }) => ({
        arn: String(ref(id)),
        name: optionalText(Metadata, 'Destination') ?? optionalText(Metadata, 'Name'),
        generate: nested(resolved(properties, 'GenerateSecretString'), 'GenerateSecretString'),
      })),

    customResources: () =>
      Object.entries(template.Resources)
        .filter(([, resource]) => isCustom(resource))
        .map(([logicalId, { Type: type, Properties: properties = {} }]) => ({
          logicalId,
          /** Throws a TemplateError while it depends on a resource that does not exist yet. */
          read: (): CustomResourceDefinition =>
            within(logicalId, () => {
              const all = resolved(properties, ...Object.keys(properties));
              return { logicalId, type, functionName: functionNameOf(text(all, 'ServiceToken')), properties: all };
            }),
        })),

    function: (name: string): FunctionDefinition => {
      const found = Object.entries(template.Resources).find(
        ([id, { Type }]) => Type === 'AWS::Lambda::Function' && ref(id) === name,
      );
      if (!found) throw new TemplateError(`The function ${name} is not in the template.`);
      const [id, { Properties: properties = {}, Metadata = {} }] = found;
      return within(id, () => {
        const variables = nested(nested(resolved(properties, 'Environment'), 'Environment'), 'Variables');
        return {
          name,
          arn: String(attribute(id, 'Arn')),
          label: labelOf(optionalText(Metadata, 'aws:cdk:path') ?? name),
          codeDirectory: assetDirectory(text(nested(resolved(properties, 'Code'), 'Code'), 'S3Key')),
          handler: text(properties, 'Handler'),
          timeoutSeconds: optionalNumber(properties, 'Timeout') ?? 3,
          memoryMegabytes: optionalNumber(properties, 'MemorySize') ?? 128,
          reservedConcurrency: optionalNumber(properties, 'ReservedConcurrentExecutions'),
          environment: Object.fromEntries(Object.entries(variables).map(([key, value]) => [key, String(value)])),
        };
      });
    },

    mappings: (): readonly MappingDefinition[] =>
      each(['AWS::Lambda::EventSourceMapping'], (raw) => {
        const properties = resolved(raw, ...Object.keys(raw));
        const { FunctionResponseTypes: types } = properties;
        return {
          queueArn: text(properties, 'EventSourceArn'),
          functionName: functionNameOf(text(properties, 'FunctionName')),
          batchSize: optionalNumber(properties, 'BatchSize') ?? 10,
          windowSeconds: optionalNumber(properties, 'MaximumBatchingWindowInSeconds') ?? 0,
          maxConcurrency: optionalNumber(nested(properties, 'ScalingConfig'), 'MaximumConcurrency'),
          reportsItemFailures: Array.isArray(types) && types.includes('ReportBatchItemFailures'),
        };
      }),

    schedules: (): readonly ScheduleDefinition[] =>
      each(['AWS::Events::Rule'], (raw, id) => {
        // A rule for events has no schedule, and nothing here sends it any.
        const { ScheduleExpression: schedule } = resolved(raw, 'ScheduleExpression');
        if (schedule === undefined) return [];
        const { Targets: targets } = resolved(raw, 'Targets');
        if (!Array.isArray(targets)) return [];
        const everyMilliseconds = rate(String(schedule));
        const ruleArn = String(attribute(id, 'Arn'));
        return targets.map((target) => ({
          ruleArn,
          functionName: functionNameOf(text(Object(target), 'Arn')),
          everyMilliseconds,
        }));
      }).flat(),

    routes: (): readonly RouteDefinition[] =>
      each(['AWS::ApiGatewayV2::Route'], (raw) => {
        const properties = resolved(raw, 'RouteKey', 'Target');
        const integration = integrationOf(text(properties, 'Target'));
        return {
          routeKey: text(properties, 'RouteKey'),
          functionName: functionNameOf(text(integration, 'IntegrationUri')),
          timeoutMilliseconds: optionalNumber(integration, 'TimeoutInMillis') ?? 30_000,
        };
      }),

    output: (name: string): string => {
      const value = outputOf(name);
      if (value === undefined) throw new TemplateError(`infra/ must have the output ${name} to be run locally.`);
      return value;
    },

    /** Undefined if the template has no such output. */
    optionalOutput: (name: string) => outputOf(name),
  };
}

function within<T>(logicalId: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof TemplateError) throw new TemplateError(`${logicalId}: ${error.message}`, { cause: error });
    throw error;
  }
}
