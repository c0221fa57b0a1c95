import { readFileSync } from 'node:fs';
import type { Config } from '../../lambda/config/config.ts';
import { countryName } from '../../lambda/crm/contacts/country.ts';
import { mistakesIn } from './expressions.ts';
import { parseJson } from './json.ts';
import { mistakesOf } from './mistakes.ts';
import validate from './validate.generated.js';

/** The message names each mistake and how to fix it. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

/** Reads `forwarder.json`, checks all but its expressions, and fills in the defaults. Throws a ConfigError. */
export const loadConfig = (path: string): Config => parseConfig(path, read(path));

/** Does the same for a text; `path` is its name in messages. */
export const parseConfig = (path: string, text: string): Config => {
  const config = parseForm(path, text);
  refuse(path, mistakesBetween(config));
  return config;
};

/** Does the same, and compiles every expression, before a deployment or a local start. */
export async function loadWithExpressions(path: string): Promise<Config> {
  const config = parseForm(path, read(path));
  const { destinations } = config;
  const expressions = await Promise.all(
    destinations.map((destination, index) => mistakesIn(destination, `/destinations/${index}`)),
  );
  refuse(path, [...mistakesBetween(config), ...expressions.flat()]);
  return config;
}

function parseForm(path: string, text: string): Config {
  let value: unknown;
  try {
    value = parseJson(text);
  } catch (cause) {
    throw new ConfigError(`${path} is not JSON. ${cause instanceof Error ? cause.message : cause}.`, { cause });
  }
  if (validate(value)) return value;
  throw new ConfigError(listed(path, mistakesOf(validate.errors ?? [], value)));
}

/** The rules that a schema cannot express. */
const mistakesBetween = (config: Config) => [
  ...unknownTimezone(config),
  ...unknownCountry(config),
  ...sharedNames(config),
];

function refuse(path: string, mistakes: readonly string[]): void {
  if (mistakes.length > 0) throw new ConfigError(listed(path, mistakes));
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw new ConfigError(`Cannot read ${path}. Create it, or name another file in FORWARDER_CONFIG.`, { cause });
  }
}

function unknownCountry({ phoneRegion }: Config): readonly string[] {
  if (phoneRegion === undefined || countryName(phoneRegion) !== undefined) return [];
  return [`/phoneRegion: "${phoneRegion}" is not a country. Use its ISO 3166 code, such as CZ.`];
}

function unknownTimezone({ timezone }: Config): readonly string[] {
  try {
    new Intl.DateTimeFormat('en', { timeZone: timezone });
    return [];
  } catch {
    return [`/timezone: "${timezone}" is not a timezone. Use an IANA name, such as Europe/Prague.`];
  }
}

/** The ledger and the secret are stored by name, so destinations of the same name would share both. */
function sharedNames({ destinations }: Config): readonly string[] {
  const names = destinations.map(({ name }) => name);
  return names.flatMap((name, index) =>
    names.indexOf(name) === index
      ? []
      : [`/destinations/${index}/name: "${name}" is already used. Give each destination its own name.`],
  );
}

const listed = (path: string, mistakes: readonly string[]) =>
  `${path} has ${mistakes.length === 1 ? 'a mistake' : 'mistakes'}:\n${mistakes.map((line) => `  ${line}`).join('\n')}`;
