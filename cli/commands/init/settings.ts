import { Ajv } from 'ajv';
import { destinationName, secureUrl } from '../../../lambda/crm/settings.ts';
import { UsageError } from '../../lib/terminal/errors.ts';
import type { Crm, SettingSchema } from '../../lib/crms/crms.ts';
import { schemaAt, withValueAt } from './paths.ts';

/** A setting as the configuration holds it, or what is wrong with the text that was given for it. */
export type Reading = { readonly value: unknown } | { readonly mistake: string };

/** Reads the text of an answer or a flag by the setting's schema. */
export function readSetting(schema: SettingSchema, text: string): Reading {
  const value = parse(schema, text.trim());
  return isValid(schema, value) ? { value } : { mistake: mistakeIn(schema) };
}

/** The same for a question that is asked again until it is answered: true, or what is wrong. */
export function checkSetting(schema: SettingSchema, text: string): true | string {
  const reading = readSetting(schema, text);
  return 'mistake' in reading ? reading.mistake : true;
}

/**
 * Reads `--set name=value`, as often as it was given; `owners.fallback=7` sets what is within another setting.
 * @param onto what is said already
 * @throws UsageError for what this CRM does not know or cannot use
 */
export function readAssignments(
  { adapter, settings }: Crm,
  assignments: readonly string[],
  onto: Readonly<Record<string, unknown>> = {},
): Readonly<Record<string, unknown>> {
  return assignments.reduce<Readonly<Record<string, unknown>>>((read, assignment) => {
    const [, path = '', text = ''] = /^([^=]*)=(.*)$/s.exec(assignment) ?? [];
    const schema = schemaAt(settings, path);
    if (schema === undefined) {
      const known = Object.keys(settings).join(', ');
      throw new UsageError(`--set ${assignment}: give name=value, with a name that ${adapter} knows: ${known}.`);
    }
    const reading = readSetting(schema, text);
    if ('mistake' in reading) throw new UsageError(`--set ${path}: ${reading.mistake}`);
    return withValueAt(read, path, reading.value);
  }, onto);
}

/** Texts are taken as they are; anything else is JSON. */
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
  if (pattern === destinationName.pattern) return 'Give small letters, digits and -, with a letter first; at most 40.';
  return `That will not do. ${description}`.trim();
}
