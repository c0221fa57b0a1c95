import { Ajv } from 'ajv';
import { didYouMean, similarTo } from '../../../infra/config/report.ts';
import { destinationName, secureUrl } from '../../../lambda/crm/port/settings.ts';
import type { Crm, SettingSchema } from '../../lib/crms/crms.ts';
import { UsageError } from '../../lib/terminal/errors.ts';

/** A setting's value, or what is wrong with the given text. */
type Reading = { readonly value: unknown } | { readonly mistake: string };

export function readSetting(schema: SettingSchema, text: string): Reading {
  const value = parse(schema, text.trim());
  return isValid(schema, value) ? { value } : { mistake: mistakeIn(schema) };
}

/** Returns true, or what is wrong. */
export function checkSetting(schema: SettingSchema, text: string): true | string {
  const reading = readSetting(schema, text);
  return 'mistake' in reading ? reading.mistake : true;
}

/** Reads `--set name=value` flags, also `owners.fallback=7`, onto the given values. Throws UsageError. */
export function readAssignments(
  { adapter, settings }: Crm,
  assignments: readonly string[],
  onto: Readonly<Record<string, unknown>> = {},
): Readonly<Record<string, unknown>> {
  return assignments.reduce<Readonly<Record<string, unknown>>>((read, assignment) => {
    const [, path = '', text = ''] = /^([^=]*)=(.*)$/s.exec(assignment) ?? [];
    const schema = schemaAt(settings, path);
    if (schema === undefined) {
      const known = Object.keys(settings);
      const similar = similarTo(path, known);
      if (similar.length > 0) {
        throw new UsageError(`--set ${assignment}: ${adapter} has no setting ${path}${didYouMean(similar)}`);
      }
      throw new UsageError(
        `--set ${assignment}: give name=value, with a name that ${adapter} knows: ${known.join(', ')}.`,
      );
    }
    const reading = readSetting(schema, text);
    if ('mistake' in reading) throw new UsageError(`--set ${path}: ${reading.mistake}`);
    return withValueAt(read, path, reading.value);
  }, onto);
}

/** Strings are taken as they are, anything else as JSON. */
function parse({ type, enum: values }: SettingSchema, text: string): unknown {
  if (type === 'string' || values?.includes(text)) return text;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function isValid(schema: SettingSchema, value: unknown): boolean {
  if (value === '') return false;
  return new Ajv({ strict: false }).validate(schema, value);
}

function mistakeIn(schema: SettingSchema): string {
  const { description = '', enum: values } = schema;
  if (values !== undefined) return `Give one of ${values.join(', ')}.`;
  const { pattern } = Object(schema);
  if (pattern === secureUrl.pattern) return `Give an address with https:// (plain http:// only for this machine).`;
  if (pattern === destinationName.pattern)
    return 'Give lower-case letters, digits and -, starting with a letter; at most 40.';
  return `This value is not valid. ${description}`.trim();
}

type Settings = Readonly<Record<string, unknown>>;

/** The schema at a path such as `owners.fallback`; undefined if there is none. */
export function schemaAt(properties: Readonly<Record<string, SettingSchema>>, path: string): SettingSchema | undefined {
  const [name = '', ...rest] = path.split('.');
  const schema = Object.hasOwn(properties, name) ? properties[name] : undefined;
  return rest.length === 0 ? schema : schemaAt(schema?.properties ?? {}, rest.join('.'));
}

export const valueAt = (settings: Settings, path: string): unknown =>
  path.split('.').reduce<unknown>((value, name) => Object(value)[name], settings);

export function withValueAt(settings: Settings, path: string, value: unknown): Settings {
  const [name = '', ...rest] = path.split('.');
  if (rest.length === 0) return { ...settings, [name]: value };
  return { ...settings, [name]: withValueAt(Object(settings[name]), rest.join('.'), value) };
}
