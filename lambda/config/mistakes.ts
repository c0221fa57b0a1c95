import type { ErrorObject } from 'ajv';
import { destinationName, secureUrl } from '../crm/port/settings.ts';
import { configSchema } from './config.schema.ts';

/** What the schema's validator has found, in words: each mistake with its place (a JSON pointer) and what may stand there. */
export const mistakesOf = (errors: readonly ErrorObject[], value: unknown): readonly string[] =>
  errors.filter(isTold).map((error) => {
    const { instancePath, params } = error;
    const below = params['additionalProperty'] ?? params['missingProperty'] ?? params['tag'];
    const place = below === undefined ? instancePath : `${instancePath}/${pointerOf(below)}`;
    return `${place || '/'}: ${wordsFor(error, valueAt(value, place))}`;
  });

/** Of a missing adapter the validator complains twice; of what fits none of several forms, once for each and once for all. */
const isTold = ({ params, schemaPath }: ErrorObject) =>
  params['error'] !== 'tag' && !/\/anyOf\/\d+\/type$/.test(schemaPath);

function wordsFor({ keyword, params, schemaPath, message }: ErrorObject, value: unknown): string {
  const written = JSON.stringify(value);
  switch (keyword) {
    case 'additionalProperties':
      return `there is no such setting here. There is: ${namesOf(schemaAt(`${schemaPath}/../properties`))}.`;
    case 'required':
      return 'it is missing.';
    case 'discriminator':
      return `there is no adapter ${written}. There is: ${adapters.join(', ')}.`;
    case 'enum':
      return `${written} is none of ${params['allowedValues'].join(', ')}.`;
    case 'type':
      return `${written} is not ${types[String(params['type'])] ?? params['type']}.`;
    case 'anyOf':
      return `${written} is neither text nor {"value": "…", "overwrite": true}.`;
    case 'minLength':
      return 'it must not be empty.';
    case 'minimum':
      return `${written} is too little: ${params['limit']} at least.`;
    case 'maximum':
      return `${written} is too much: ${params['limit']} at most.`;
    case 'pattern':
      return `${written} will not do. ${patterns[params['pattern']] ?? `It has to fit ${params['pattern']}`}.`;
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
  [destinationName.pattern]: 'Give small letters, digits and -, with a letter first; at most 40',
  [secureUrl.pattern]: 'Give an address with https:// (plain http:// only for this machine)',
  [configSchema.properties.alarmEmail.pattern]: 'Give an e-mail address',
  [configSchema.properties.phoneRegion.pattern]: 'Give the two capital letters of a country, such as CZ',
};

const namesOf = (properties: unknown) => Object.keys(Object(properties)).join(', ');

/** What a pointer names; `..` in it goes back up. */
function valueAt(root: unknown, pointer: string): unknown {
  const names: string[] = [];
  for (const name of pointer.split('/').slice(1)) name === '..' ? names.pop() : names.push(name);
  return names.reduce<unknown>((at, name) => Object(at)[name.replaceAll('~1', '/').replaceAll('~0', '~')], root);
}

const schemaAt = (schemaPath: string) => valueAt(configSchema, schemaPath);

const pointerOf = (name: unknown) => String(name).replaceAll('~', '~0').replaceAll('/', '~1');
