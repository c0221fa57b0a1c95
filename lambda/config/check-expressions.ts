import { mistakesIn } from '../mapping/check.ts';
import type { Config } from './config.ts';
import { ConfigError, listed } from './load.ts';

/**
 * Compiles every expression. Whoever deploys a configuration or starts from one calls this; the functions, which only
 * read what was checked, do not.
 * @throws ConfigError listing every mistake, with its position
 */
export async function checkExpressions(path: string, { destinations }: Config): Promise<void> {
  const mistakes = await Promise.all(
    destinations.map((destination, index) => mistakesIn(destination, `/destinations/${index}`)),
  );
  if (mistakes.flat().length > 0) throw new ConfigError(listed(path, mistakes.flat()));
}
