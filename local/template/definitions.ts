import type { Properties } from './properties.ts';

/** An SQS queue with the attributes for SetQueueAttributes. */
export type QueueDefinition = { readonly name: string; readonly attributes: Readonly<Record<string, string>> };

/** A DynamoDB table with the properties for CreateTable, which CloudFormation shares. */
export type TableDefinition = { readonly name: string; readonly properties: Properties };

export type SecretDefinition = {
  readonly arn: string;
  /** By which `npx forwarder secret` knows it, such as a destination's; undefined for the hook's key. */
  readonly name: string | undefined;
  readonly generate: Properties;
};

export type MappingDefinition = {
  readonly queueArn: string;
  readonly functionName: string;
  readonly batchSize: number;
  readonly windowSeconds: number;
  readonly maxConcurrency: number | undefined;
  readonly reportsItemFailures: boolean;
};

export type RouteDefinition = {
  readonly routeKey: string;
  readonly functionName: string;
  readonly timeoutMilliseconds: number;
};

export type ScheduleDefinition = {
  readonly ruleArn: string;
  readonly functionName: string;
  readonly everyMilliseconds: number;
};

export type CustomResourceDefinition = {
  readonly logicalId: string;
  readonly type: string;
  readonly functionName: string;
  readonly properties: Properties;
};
