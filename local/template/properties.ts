import { TemplateError } from './template.ts';

/** Reads resolved properties; CloudFormation takes numbers and booleans as texts too. */
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

/** The properties below a property; none where there is no such property. */
export function nested(properties: Properties, name: string): Properties {
  const value = properties[name] ?? {};
  if (typeof value !== 'object')
    throw new TemplateError(`${name} is ${JSON.stringify(value)} where an object is needed.`);
  return Object.fromEntries(Object.entries(value));
}
