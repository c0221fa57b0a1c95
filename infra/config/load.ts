import { readFileSync } from 'node:fs';
import type { Config } from '../../lambda/config/config.ts';
import { countryName } from '../../lambda/conversation/language.ts';
import { didYouMean, similarTo } from './did-you-mean.ts';
import { mistakesIn } from './expressions.ts';
import { type Json, JsonError, parseJson, withoutByteOrderMark } from './json.ts';
import { type Finding, mistakesOf } from './mistakes.ts';
import { listed, locate, type Mistake } from './report.ts';
import validate from './validate.generated.js';

/** The message names each mistake with its place, and how to fix it. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  /** Empty if the file cannot be read. */
  readonly mistakes: readonly Mistake[];

  constructor(message: string, options: ErrorOptions & { readonly mistakes?: readonly Mistake[] } = {}) {
    super(message, options);
    this.mistakes = options.mistakes ?? [];
  }
}

/** Reads `forwarder.json`, checks all but its expressions, and fills in the defaults. Throws a ConfigError. */
export const loadConfig = (path: string): Config => parseConfig(path, read(path));

/** Does the same for a text; `path` is its name in messages. */
export function parseConfig(path: string, text: string): Config {
  const { config, refuse } = parseForm(path, text);
  refuse(mistakesBetween(config));
  return config;
}

/** Does the same, and compiles every expression, before a deployment or a local start. */
export async function loadWithExpressions(path: string): Promise<Config> {
  const { config, refuse } = parseForm(path, read(path));
  const { destinations } = config;
  const expressions = await Promise.all(
    destinations.map((destination, index) => mistakesIn(destination, `/destinations/${index}`)),
  );
  refuse([...mistakesBetween(config), ...expressions.flat()]);
  return config;
}

type Form = { readonly config: Config; readonly refuse: (findings: readonly Finding[]) => void };

function parseForm(path: string, given: string): Form {
  const text = withoutByteOrderMark(given);
  const refuseAll = (mistakes: readonly Mistake[], options?: ErrorOptions) => {
    if (mistakes.length > 0) throw new ConfigError(listed(path, mistakes), { ...options, mistakes });
  };
  const json = parsed(text, refuseAll);
  const refuse: Form['refuse'] = (findings) =>
    refuseAll(findings.map((finding) => locate(text, wordsOf(finding), rangeOf(json, finding))));
  refuseAll(json.duplicates.map((duplicate) => locate(text, wordsOf(duplicate), duplicate.range)));
  const { value } = json;
  if (validate(value)) return { config: value, refuse };
  refuse(mistakesOf(validate.errors ?? [], value));
  throw new ConfigError(`${path} is not valid.`);
}

function parsed(text: string, refuse: (mistakes: readonly Mistake[], options?: ErrorOptions) => void): Json {
  try {
    return parseJson(text);
  } catch (cause) {
    if (cause instanceof JsonError) refuse([locate(text, `It is not JSON: ${cause.message}.`, cause.range)], { cause });
    throw cause;
  }
}

const wordsOf = ({ pointer, text }: Finding) => `${pointer || '/'}: ${text}`;

const rangeOf = (json: Json, { pointer, part }: Finding) =>
  typeof part === 'object' ? json.rangeWithin(pointer, part) : json.rangeOf(pointer, part);

/** The rules that a schema cannot express. */
const mistakesBetween = (config: Config): readonly Finding[] => [
  ...unknownTimezone(config),
  ...unknownCountry(config),
  ...sharedNames(config),
  ...consentWithoutApi(config),
  ...namesOfSecrets(config),
];

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw new ConfigError(`Cannot read ${path}. Create it, or name another file in FORWARDER_CONFIG.`, { cause });
  }
}

function unknownCountry({ phoneRegion }: Config): readonly Finding[] {
  if (phoneRegion === undefined || countryName(phoneRegion) !== undefined) return [];
  const text = `"${phoneRegion}" is not a country. Use its ISO 3166 code, such as CZ.`;
  return [{ pointer: '/phoneRegion', text }];
}

function unknownTimezone({ timezone }: Config): readonly Finding[] {
  try {
    new Intl.DateTimeFormat('en', { timeZone: timezone });
    return [];
  } catch {
    const similar = similarTo(timezone, Intl.supportedValuesOf('timeZone'));
    const advice = similar.length === 0 ? '. Use an IANA name, such as Europe/Prague.' : didYouMean(similar);
    return [{ pointer: '/timezone', text: `"${timezone}" is not a timezone${advice}` }];
  }
}

/** The ledger and the secret are stored by name, so destinations of the same name would share both. */
function sharedNames({ destinations }: Config): readonly Finding[] {
  const names = destinations.map(({ name }) => name);
  return names.flatMap((name, index) => {
    const text = `"${name}" is already used. Give each destination its own name.`;
    return names.indexOf(name) === index ? [] : [{ pointer: `/destinations/${index}/name`, text }];
  });
}

/** The hook never tells it, so every chat would wait forever. */
function consentWithoutApi({ api, destinations }: Config): readonly Finding[] {
  if (api !== undefined) return [];
  return destinations.flatMap((destination, index) => {
    if (!('consent' in destination) || destination.consent !== true) return [];
    const text = 'only the REST API tells who agreed, so no chat would go there. Set up api, or leave consent out.';
    return [{ pointer: `/destinations/${index}/consent`, text, part: 'name' }];
  });
}

/** `npx forwarder secret api` and `… secret webhooks` store what is Smartsupp's. */
function namesOfSecrets({ api, destinations }: Config): readonly Finding[] {
  if (api === undefined) return [];
  return destinations.flatMap(({ name }, index) => {
    const text = `"${name}" names a secret of api. Give the destination another name.`;
    return name === 'api' || name === 'webhooks' ? [{ pointer: `/destinations/${index}/name`, text }] : [];
  });
}
