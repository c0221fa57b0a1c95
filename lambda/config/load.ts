import { readFileSync } from 'node:fs';
import type { Config } from './config.ts';
import validate from './config.validate.generated.js';
import { parseJson } from './json.ts';
import { mistakesOf } from './mistakes.ts';

/** The configuration is wrong, and the message says where and what to change. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

/**
 * Reads and checks `forwarder.json`, and fills in the defaults.
 * @throws ConfigError listing every mistake
 */
export const loadConfig = (path: string): Config => parseConfig(path, read(path));

/**
 * The same of a text.
 * @param path what messages call it
 * @throws ConfigError listing every mistake
 */
export function parseConfig(path: string, text: string): Config {
  let value: unknown;
  try {
    value = parseJson(text);
  } catch (cause) {
    throw new ConfigError(`${path} is not JSON. ${cause instanceof Error ? cause.message : cause}.`, { cause });
  }
  const config = check(path, value);
  const mistakes = [...unknownTimezone(config), ...sharedNames(config)];
  if (mistakes.length > 0) throw new ConfigError(listed(path, mistakes));
  return config;
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw new ConfigError(`Cannot read ${path}. Create it, or name another file in FORWARDER_CONFIG.`, { cause });
  }
}

function check(path: string, value: unknown): Config {
  if (validate(value)) return value;
  throw new ConfigError(listed(path, mistakesOf(validate.errors ?? [], value)));
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

/** @see ConfigError */
export const listed = (path: string, mistakes: readonly string[]) =>
  `${path} has ${mistakes.length === 1 ? 'a mistake' : 'mistakes'}:\n${mistakes.map((line) => `  ${line}`).join('\n')}`;
