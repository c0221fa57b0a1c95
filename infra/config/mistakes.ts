import type { ErrorObject } from 'ajv';
import { destinationName, secureUrl } from '../../lambda/crm/port/settings.ts';
import { namesIn, pointerOf, type Range } from './json.ts';
import { didYouMean, similarTo } from './report.ts';
import { configSchema } from './schema.ts';

/** A mistake and its place, a JSON pointer: the name or the value there, or some characters of that value. */
export type Finding = { readonly pointer: string; readonly text: string; readonly part?: 'name' | Range };

/** The validator's errors in words, each with the allowed values. */
export const mistakesOf = (errors: readonly ErrorObject[], value: unknown): readonly Finding[] =>
  errors.filter(isReported).map((error) => {
    const { instancePath, params, keyword } = error;
    const below = params['additionalProperty'] ?? params['missingProperty'] ?? params['tag'];
    const pointer = below === undefined ? instancePath : `${instancePath}${pointerOf([below])}`;
    const text = wordsFor(error, valueAt(value, namesIn(pointer)));
    return { pointer, text, ...(keyword === 'additionalProperties' && { part: 'name' }) };
  });

/** Drops duplicates: a missing adapter is reported twice, a value that fits no form of several once for each. */
const isReported = ({ params, schemaPath }: ErrorObject) =>
  params['error'] !== 'tag' && !/\/anyOf\/\d+\/type$/.test(schemaPath);

function wordsFor({ keyword, params, schemaPath, message }: ErrorObject, value: unknown): string {
  const written = JSON.stringify(value);
  switch (keyword) {
    case 'additionalProperties':
      return unknownSetting(String(params['additionalProperty']), Object.keys(Object(propertiesAt(schemaPath))));
    case 'required':
      return `it is missing. ${descriptionOf(propertiesAt(schemaPath), params['missingProperty'])}`.trim();
    case 'discriminator':
      return `there is no adapter ${written}${meantOr(value, adapters, `. Use one of: ${adapters.join(', ')}.`)}`;
    case 'enum':
      return `${written} is not one of ${params['allowedValues'].join(', ')}${meantOr(value, params['allowedValues'], '.')}`;
    case 'type':
      return `${written} is not ${types[String(params['type'])] ?? params['type']}.`;
    case 'anyOf':
      return `${written} is neither text nor {"value": "…", "overwrite": true}.`;
    case 'minLength':
      return 'it must not be empty.';
    case 'minimum':
      return `${written} is too small: at least ${params['limit']}.`;
    case 'maximum':
      return `${written} is too large: at most ${params['limit']}.`;
    case 'pattern':
      return `${written} is not valid. ${patterns[params['pattern']] ?? `It must match ${params['pattern']}`}.`;
    default:
      return `${message}.`;
  }
}

/** Settings that had another name. */
const renamed: Readonly<Record<string, string>> = { severalMatches: 'onMultipleMatches' };

function unknownSetting(written: string, known: readonly string[]): string {
  const now = Object.hasOwn(renamed, written) ? renamed[written] : undefined;
  if (now !== undefined && known.includes(now)) return `it is called ${now} now.`;
  if (isSecret.test(written)) return 'credentials do not stand in this file. npx forwarder secret stores them.';
  return `there is no such setting here${meantOr(written, known, `. Use one of: ${known.join(', ')}.`)}`;
}

const isSecret = /secret|token|password|api_?key/i;

const meantOr = (written: unknown, known: readonly string[], otherwise: string) => {
  const similar = typeof written === 'string' ? similarTo(written, known) : [];
  return similar.length === 0 ? otherwise : didYouMean(similar);
};

function descriptionOf(properties: unknown, name: unknown): string {
  if (name === 'adapter') return `Use one of: ${adapters.join(', ')}.`;
  return String(Object(Object(properties)[String(name)]).description ?? '');
}

const adapters: readonly string[] = configSchema.properties.destinations.items.oneOf.map(
  ({ properties }) => properties.adapter.const,
);

const types: Readonly<Record<string, string>> = {
  integer: 'a whole number',
  number: 'a number',
  string: 'text, in quotes',
  boolean: 'true or false',
  object: 'an object, {…}',
  array: 'a list, […]',
  'string,array': 'text, in quotes, or a list of texts',
};

const patterns: Readonly<Record<string, string>> = {
  [destinationName.pattern]: 'Use lower-case letters, digits and -, starting with a letter; at most 40 characters',
  [secureUrl.pattern]: 'Use an https:// address (http:// only for this machine)',
  [configSchema.properties.alarmEmail.pattern]: 'Use an e-mail address',
  [configSchema.properties.phoneRegion.pattern]: 'Use the two capital letters of a country, such as CZ',
};

/** The settings that a schema knows, from the path of one of its rules, such as `#/properties/variables/required`. */
const propertiesAt = (schemaPath: string): unknown =>
  valueAt(configSchema, [...namesIn(schemaPath).slice(0, -1), 'properties']);

const valueAt = (root: unknown, names: readonly string[]): unknown =>
  names.reduce<unknown>((at, name) => Object(at)[name], root);
