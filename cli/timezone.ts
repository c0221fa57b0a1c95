import type { Config } from '../lambda/config/config.ts';
import { ConfigError, loadConfig } from '../lambda/config/load.ts';
import { readSettings } from '../local/settings.ts';

/** The timezone that is configured; as long as the configuration has a mistake, this machine's. */
export function timezoneOf({ config }: { readonly config: () => Pick<Config, 'timezone'> }): string {
  try {
    return config().timezone;
  } catch (error) {
    if (error instanceof ConfigError) return new Intl.DateTimeFormat().resolvedOptions().timeZone;
    throw error;
  }
}

/** The same before it is known on which deployment a command works: by the configuration in this directory. */
export const timezoneHere = (): string =>
  timezoneOf({ config: () => loadConfig(readSettings(process.env, process.cwd()).configFile) });
