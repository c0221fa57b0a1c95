import type { Config } from '../../lambda/config/config.ts';
import { ConfigError, loadConfig } from '../../lambda/config/load.ts';
import { readSettings } from '../../local/settings.ts';
import { note } from './terminal/output.ts';

/** The timezone that is configured; as long as the configuration has a mistake, this machine's, which is said once. */
export function timezoneOf({ config }: { readonly config: () => Pick<Config, 'timezone'> }): string {
  try {
    return config().timezone;
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const { timeZone } = new Intl.DateTimeFormat().resolvedOptions();
    tell(timeZone, error);
    return timeZone;
  }
}

const told = new Set<string>();

function tell(timezone: string, { message }: ConfigError): void {
  const why = message.split('\n', 1).join().replace(/:$/, '.');
  if (!told.has(why)) note(`Times are this machine's (${timezone}), since the timezone cannot be read: ${why}`);
  told.add(why);
}

/** The same before it is known on which deployment a command works: by the configuration in this directory. */
export const timezoneHere = (): string =>
  timezoneOf({ config: () => loadConfig(readSettings(process.env, process.cwd()).configFile) });
