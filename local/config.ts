import { withoutByteOrderMark } from '../infra/config/json.ts';
import type { Config } from '../lambda/config/config.ts';
import { StartError } from './lib/errors.ts';

/** The demo CRM's address in the default configuration; its real origin depends on PORT and HOST. */
const demoAddress = /^http:\/\/(?:127\.0\.0\.1|localhost):3000(?=\/demo-crm\/?$)/;

/** Where the fake Smartsupp of the demo CRM answers, for the account of the sample chats. */
const demoApiPath = '/demo-smartsupp/v2/';
const demoAccount = '100200';

export type LocalConfig = {
  readonly text: string;
  readonly demoDestination: string | undefined;
};

/** Adapts the demo CRM's address. Invalid text is returned unchanged; its reader reports the mistakes. */
export function localConfig(text: string, demoOrigin: string): LocalConfig {
  const config = parse(text);
  const destinations: readonly unknown[] = Array.isArray(config?.['destinations']) ? config['destinations'] : [];
  let demoDestination: string | undefined;
  const local = destinations.map((destination) => {
    const { name, url } = Object(destination);
    if (typeof url !== 'string' || !(demoAddress.test(url) || url === `${demoOrigin}/demo-crm`)) return destination;
    demoDestination = String(name);
    return { ...Object(destination), url: url.replace(demoAddress, demoOrigin) };
  });
  if (demoDestination === undefined) return { text, demoDestination };
  const api = config?.['api'] ?? { accountId: demoAccount, url: `${demoOrigin}${demoApiPath}` };
  return { text: JSON.stringify({ ...config, api, destinations: local }, null, 2), demoDestination };
}

/** Call it after infra/ has compiled the schemas. Throws StartError listing every mistake. */
export async function readConfig(file: string): Promise<Config> {
  const { ConfigError, loadWithExpressions } = await import('../infra/config/load.ts');
  try {
    return await loadWithExpressions(file);
  } catch (error) {
    throw error instanceof ConfigError ? new StartError(error.message) : error;
  }
}

function parse(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    return Object(JSON.parse(withoutByteOrderMark(text)));
  } catch {
    return undefined;
  }
}
