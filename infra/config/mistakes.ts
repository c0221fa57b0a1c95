import type { ErrorObject } from 'ajv';
import { destinationName, secureUrl } from '../../lambda/crm/port/settings.ts';
import { configSchema } from './schema.ts';

/** The validator's errors in words, each with its place (a JSON pointer) and what is allowed there. */
export const mistakesOf = (errors: readonly ErrorObject[], value: unknown): readonly string[] =>
  errors.filter(isReported).map((error) => {
    const { instancePath, params } = error;
    const below = params['additionalProperty'] ?? params['missingProperty'] ?? params['tag'];
    const place = below === undefined ? instancePath : `${instancePath}/${pointerOf(below)}`;
    return `${place || '/'}: ${wordsFor(error, valueAt(value, place))}`;
  });

/** Drops duplicates: a missing adapter is reported twice, a value that fits no form of several once for each. */
const isReported = ({ params, schemaPath }: ErrorObject) =>
  params['error'] !== 'tag' && !/\/anyOf\/\d+\/type$/.test(schemaPath);

function wordsFor({ keyword, params, schemaPath, message }: ErrorObject, value: unknown): string {
  const written = JSON.stringify(value);
  switch (keyword) {
    case 'additionalProperties':
      return `there is no such setting here. Use one of: ${namesOf(schemaAt(`${schemaPath}/../properties`))}.`;
    case 'required':
      return 'it is missing.';
    case 'discriminator':
      return `there is no adapter ${written}. Use one of: ${adapters.join(', ')}.`;
    case 'enum':
      return `${written} is not one of ${params['allowedValues'].join(', ')}.`;
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

const adapters = configSchema.properties.destinations.items.oneOf.map(({ properties }) => properties.adapter.const);

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

const namesOf = (properties: unknown) => Object.keys(Object(properties)).join(', ');

/** Resolves a JSON pointer, in which `..` goes up. */
function valueAt(root: unknown, pointer: string): unknown {
  const names: string[] = [];
  for (const name of pointer.split('/').slice(1)) name === '..' ? names.pop() : names.push(name);
  return names.reduce<unknown>((at, name) => Object(at)[name.replaceAll('~1', '/').replaceAll('~0', '~')], root);
}

const schemaAt = (schemaPath: string) => valueAt(configSchema, schemaPath);

const pointerOf = (name: unknown) => String(name).replaceAll('~', '~0').replaceAll('/', '~1');
