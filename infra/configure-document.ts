import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { contactSettings, followUpSettings, rules } from '../lambda/crm/port/settings.ts';
import { configSchema } from './config/schema.ts';

type Schema = {
  readonly title?: string;
  readonly description?: string;
  readonly type?: string | readonly string[];
  readonly const?: string;
  readonly enum?: readonly unknown[];
  readonly default?: unknown;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly properties?: Properties;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly additionalProperties?: boolean | Schema;
};

type Properties = Readonly<Record<string, Schema>>;

/** Settings that all destinations share, and that are described once. */
const shared: ReadonlySet<string> = new Set([
  'name',
  'adapter',
  ...Object.keys(rules),
  ...Object.keys(contactSettings),
  ...Object.keys(followUpSettings('task')),
]);

/** Writes `docs/configure.md`: the template, with a table for each `{{name}}`, made from the schema of `forwarder.json`. */
export function configureDocument(): string {
  const { destinations, $schema: _, ...top } = configSchema.properties;
  const adapters: readonly Schema[] = destinations.items.oneOf;
  const parts = {
    top: table(top),
    destinations: [destinations.description],
    adapters: adapters.flatMap(adapterSection).slice(0, -1),
    rules: table(rules),
    contacts: table(contactSettings),
    followUps: table(followUpSettings('task', 'ticket', 'lead')),
  };
  const template = readFileSync(join(import.meta.dirname, 'configure.md.template'), 'utf8');
  return Object.entries(parts).reduce(
    (text, [name, lines]) => text.replace(`{{${name}}}`, () => lines.join('\n')),
    template,
  );
}

function adapterSection({ title = '', properties = {}, required = [] }: Schema): readonly string[] {
  const [name = '', what = ''] = title.split(/: (.*)/s);
  const own = Object.fromEntries(Object.entries(properties).filter(([key]) => !shared.has(key)));
  const has = (group: Properties) => Object.keys(group).some((key) => key in properties);
  const kinds = properties['followUp']?.properties?.['as']?.enum;
  const takes = [
    has(contactSettings) ? 'contacts' : '',
    kinds === undefined ? '' : `follow-ups (${kinds.map((kind) => `\`${String(kind)}\``).join(', ')})`,
  ].filter(Boolean);
  return [
    `### ${name}`,
    '',
    `${what.charAt(0).toUpperCase()}${what.slice(1)}.${takes.length === 0 ? '' : ` Takes the settings for ${takes.join(' and ')} below.`}`,
    '',
    ...(Object.keys(own).length === 0 ? ['Nothing else is needed.'] : table(own, required)),
    '',
  ];
}

const table = (properties: Properties, required: readonly string[] = []): readonly string[] => [
  '| setting | takes | default | |',
  '| --- | --- | --- | --- |',
  ...rows(properties, required, ''),
];

function rows(properties: Properties, required: readonly string[], under: string): readonly string[] {
  return Object.entries(properties).flatMap(([key, schema]) => {
    const { text, fallback } = described(schema);
    const byDefault = required.includes(key) ? '_required_' : fallback;
    const row = `| \`${under}${key}\` | ${takes(schema)} | ${byDefault} | ${text} |`;
    return [row, ...rows(schema.properties ?? {}, schema.required ?? [], `${under}${key}.`)];
  });
}

/** A destination's defaults are in its descriptions, since the schema does not fill them in. */
function described({ description = '', default: given }: Schema) {
  const [, text = description, stated] = /^(.*?) ?Default: ([^.]+)\.$/s.exec(description) ?? [];
  const isPlain = given !== undefined && typeof given !== 'object';
  return { text, fallback: isPlain ? `\`${String(given)}\`` : (stated ?? '') };
}

function takes(schema: Schema): string {
  const { type, enum: values, const: only, items, anyOf, minimum, maximum, additionalProperties } = schema;
  if (only !== undefined) return `\`"${only}"\``;
  if (values !== undefined) return values.map((value) => `\`${JSON.stringify(value)}\``).join(' ');
  if (anyOf !== undefined) return anyOf.map(takes).join(' or ');
  if (typeof type === 'object') return type.map((each) => takes({ ...schema, type: each })).join(' or ');
  if (type === 'array') return `list of ${items === undefined ? 'values' : takes(items)}`;
  if (typeof additionalProperties === 'object') return `object: name to ${takes(additionalProperties)}`;
  const range = minimum === undefined ? '' : ` from ${minimum}${maximum === undefined ? '' : ` to ${maximum}`}`;
  return `${names[type ?? ''] ?? type ?? 'value'}${range}`;
}

const names: Readonly<Record<string, string>> = {
  string: 'text',
  integer: 'whole number',
  number: 'number',
  boolean: '`true` `false`',
  object: 'object',
};
