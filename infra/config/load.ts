import { readFileSync } from 'node:fs';
import type { Config } from '../../lambda/config/config.ts';
import { mistakesIn } from './expressions.ts';
import { type Json, JsonError, parseJson, withoutByteOrderMark } from './json.ts';
import { type Finding, mistakesOf } from './mistakes.ts';
import { listed, locate, type Mistake } from './report.ts';
import { mistakesBetween } from './rules.ts';
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

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw new ConfigError(`Cannot read ${path}. Create it, or name another file in FORWARDER_CONFIG.`, { cause });
  }
}
