import { TemplateError } from '../lib/errors.ts';

/** An SQS queue with the attributes for SetQueueAttributes. */
export type QueueDefinition = { readonly name: string; readonly attributes: Readonly<Record<string, string>> };

/** A DynamoDB table with the properties for CreateTable, which CloudFormation shares. */
export type TableDefinition = { readonly name: string; readonly properties: Properties };

export type SecretDefinition = {
  readonly arn: string;
  /** The name for `npx forwarder secret`, such as a destination's; undefined for the hook's key. */
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

/** Resolved properties. CloudFormation also takes numbers and booleans as strings. */
export type Properties = Readonly<Record<string, unknown>>;

export function optionalText(properties: Properties, name: string): string | undefined {
  const value = properties[name];
  return value === undefined ? undefined : String(value);
}

export function text(properties: Properties, name: string): string {
  const value = properties[name];
  if (typeof value !== 'string') throw new TemplateError(`${name} is ${JSON.stringify(value)} where a text is needed.`);
  return value;
}

export function optionalNumber(properties: Properties, name: string): number | undefined {
  const value = properties[name];
  if (value === undefined) return undefined;
  const number = Number(value);
  if (Number.isNaN(number)) throw new TemplateError(`${name} is ${JSON.stringify(value)} where a number is needed.`);
  return number;
}

/** The properties of a nested object; empty if there is none. */
export function nested(properties: Properties, name: string): Properties {
  const value = properties[name] ?? {};
  if (typeof value !== 'object')
    throw new TemplateError(`${name} is ${JSON.stringify(value)} where an object is needed.`);
  return Object.fromEntries(Object.entries(value));
}

const minute = 60_000;
const units: Readonly<Record<string, number>> = { minute, hour: 60 * minute, day: 24 * 60 * minute };

export function rate(expression: string): number {
  const [, count, unit = ''] = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(expression) ?? [];
  const length = units[unit];
  if (length === undefined) throw new TemplateError(`The local stack runs rate(…), not ${expression}.`);
  return Number(count) * length;
}

/** Takes a name, an ARN, or API Gateway's invocation URI; ignores a version or alias. */
export function functionNameOf(nameOrArn: string): string {
  return /(?:^|:function:)([^:/]+)(?::[\w-]+)?(?:$|\/)/.exec(nameOrArn)?.[1] ?? nameOrArn;
}

/** `Stack/HookKey/Digest/Function/Resource` gives `hook-key-digest`. */
export function labelOf(path: string): string {
  const [, ...parts] = path.split('/').filter((part) => !['Function', 'Resource'].includes(part));
  return (parts.length > 0 ? parts.join('-') : path).replaceAll(/(?<=[a-z])(?=[A-Z])/g, '-').toLowerCase();
}
