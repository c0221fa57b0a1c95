import type { Properties } from './properties.ts';

/** An SQS queue with the attributes that SetQueueAttributes takes. */
export type QueueDefinition = { readonly name: string; readonly attributes: Readonly<Record<string, string>> };

/** A DynamoDB table: its properties are those of the CreateTable call, whose names CloudFormation shares. */
export type TableDefinition = { readonly name: string; readonly properties: Properties };

export type SecretDefinition = {
  readonly arn: string;
  /** The destination whose credentials it holds; none for the hook's key. */
  readonly destination: string | undefined;
  /** CloudFormation's `GenerateSecretString`. */
  readonly generate: Properties;
};

/** An event source mapping: which queue feeds which function, and how. */
export type MappingDefinition = {
  readonly queueArn: string;
  readonly functionName: string;
  readonly batchSize: number;
  readonly windowSeconds: number;
  readonly maxConcurrency: number | undefined;
  readonly reportsItemFailures: boolean;
};

export type RouteDefinition = {
  /** As in the template, such as `POST /smartsupp/{key+}`. */
  readonly routeKey: string;
  readonly functionName: string;
  readonly timeoutMilliseconds: number;
};

/** A function that is called at a rate. */
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
