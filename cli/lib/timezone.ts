import { ConfigError, loadConfig } from '../../infra/config/load.ts';
import type { Config } from '../../lambda/config/config.ts';
import { readSettings } from '../../local/lib/settings.ts';
import { note } from './terminal/output.ts';

/** The configured timezone; if the configuration cannot be read, this machine's, with a note. */
export function timezoneOf({ config }: { readonly config: () => Pick<Config, 'timezone'> }): string {
  try {
    return config().timezone;
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const { timeZone } = new Intl.DateTimeFormat().resolvedOptions();
    report(timeZone, error);
    return timeZone;
  }
}

const reported = new Set<string>();

function report(timezone: string, { message }: ConfigError): void {
  const why = message.split('\n', 1).join().replace(/:$/, '.');
  if (!reported.has(why)) note(`Times are this machine's (${timezone}), since the timezone cannot be read: ${why}`);
  reported.add(why);
}

/** The timezone in this directory's configuration, if no deployment is open yet. */
export const timezoneHere = (): string =>
  timezoneOf({ config: () => loadConfig(readSettings(process.env, process.cwd()).configFile) });
