import { readFileSync } from 'node:fs';
import { mistakesIn } from '../mapping/check.ts';
import type { Config } from './config.ts';
import validate from './config.validate.generated.js';
import { parseJson } from './json.ts';
import { mistakesOf } from './mistakes.ts';

/** The configuration is wrong, and the message says where and what to change. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

/**
 * Reads and checks `forwarder.json`, all but its expressions, and fills in the defaults.
 * @throws ConfigError listing every mistake
 */
export const loadConfig = (path: string): Config => parseConfig(path, read(path));

/**
 * The same of a text.
 * @param path what messages call it
 * @throws ConfigError listing every mistake
 */
export const parseConfig = (path: string, text: string): Config => {
  const config = parseForm(path, text);
  refuse(path, mistakesBetween(config));
  return config;
};

/**
 * The same, and compiles every expression. Whoever deploys a configuration or starts from one calls this; the functions,
 * which only read what was checked, do not.
 * @throws ConfigError listing every mistake
 */
export async function loadWithExpressions(path: string): Promise<Config> {
  const config = parseForm(path, read(path));
  const { destinations } = config;
  const expressions = await Promise.all(
    destinations.map((destination, index) => mistakesIn(destination, `/destinations/${index}`)),
  );
  refuse(path, [...mistakesBetween(config), ...expressions.flat()]);
  return config;
}

/** @throws ConfigError for what is no JSON, or not of the schema's form */
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

/** What no schema can say. */
const mistakesBetween = (config: Config) => [...unknownTimezone(config), ...sharedNames(config)];

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

function unknownTimezone({ timezone }: Config): readonly string[] {
  try {
    new Intl.DateTimeFormat('en', { timeZone: timezone });
    return [];
  } catch {
    return [`/timezone: "${timezone}" is not a timezone. Use an IANA name, such as Europe/Prague.`];
  }
}

/** The ledger and the secret are kept by name: two destinations of one name would share both. */
function sharedNames({ destinations }: Config): readonly string[] {
  const names = destinations.map(({ name }) => name);
  return names.flatMap((name, index) =>
    names.indexOf(name) === index ? [] : [`/destinations/${index}/name: "${name}" is taken. Give each its own name.`],
  );
}

const listed = (path: string, mistakes: readonly string[]) =>
  `${path} has ${mistakes.length === 1 ? 'a mistake' : 'mistakes'}:\n${mistakes.map((line) => `  ${line}`).join('\n')}`;
