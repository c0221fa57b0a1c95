import { TemplateError } from './template.ts';

const minute = 60_000;
const units: Readonly<Record<string, number>> = { minute, hour: 60 * minute, day: 24 * 60 * minute };

/** `rate(5 minutes)` in milliseconds. */
export function rate(expression: string): number {
  const [, count, unit = ''] = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(expression) ?? [];
  const length = units[unit];
  if (length === undefined) throw new TemplateError(`The local stack runs rate(…), not ${expression}.`);
  return Number(count) * length;
}

/** From a name, an ARN, or an ARN within API Gateway's path to an invocation; without a version or alias. */
export function functionNameOf(nameOrArn: string): string {
  return /:function:([^:/]+)/.exec(nameOrArn)?.[1] ?? nameOrArn;
}

/** `Stack/HookKey/Digest/Function/Resource` is the hook-key-digest. */
export function labelOf(path: string): string {
  const [, ...parts] = path.split('/').filter((part) => !['Function', 'Resource'].includes(part));
  return (parts.length > 0 ? parts.join('-') : path).replaceAll(/(?<=[a-z])(?=[A-Z])/g, '-').toLowerCase();
}
