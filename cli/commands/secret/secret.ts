import { loadConfig } from '../../../infra/config/load.ts';
import type { Config } from '../../../lambda/config/config.ts';
import type { Destination } from '../../../lambda/crm/catalogue.ts';
import { readSettings } from '../../../local/lib/settings.ts';
import {
  askForSecret,
  obtainSecret,
  storeForLocal,
  storeOnAws,
  variableOf,
  whereSigningKeyIs,
} from '../../lib/crms/credentials.ts';
import { crmOf, isOwn } from '../../lib/crms/crms.ts';
import { promptUntilValid } from '../../lib/crms/try-crm.ts';
import type { Where } from '../../lib/deployment/deployment.ts';
import type { Invocation } from '../../lib/invocation.ts';
import { createAsker } from '../../lib/terminal/ask.ts';
import { CliError, UsageError } from '../../lib/terminal/errors.ts';
import { uninterrupted } from '../../lib/terminal/interrupt.ts';
import { note, wrapped } from '../../lib/terminal/output.ts';
import { isServiceName, storeServiceSecret } from './service-secrets.ts';

type Options = { readonly secretStdin: boolean; readonly check: boolean };

export async function secret({ args: [name], options, where, openDeployment }: Invocation<Options>): Promise<void> {
  const config = loadConfig(readSettings(process.env, process.cwd()).configFile);
  // A destination of that name has its own secret.
  const isDestination = config.destinations.some((each) => each.name === name);
  if (isServiceName(name) && !isDestination) {
    return storeServiceSecret(name, config, { where, openDeployment }, options);
  }
  const store = await storeFor({ where, openDeployment });
  const settings = destinationNamed(name, config);
  const put = store(settings.name);
  const given = await credentialsFor(settings, config, { ...options, where });
  await uninterrupted(async () => put(given));
}

type Put = (secret: string) => Promise<void> | void;

async function storeFor({
  where,
  openDeployment,
}: Pick<Invocation<unknown>, 'where' | 'openDeployment'>): Promise<(destination: string) => Put> {
  if (where.local) return (destination) => (value) => storeForLocal(destination, value);
  const { name, secrets, destinations } = await openDeployment();
  return (destination) => {
    const secretId = destinations[destination];
    if (secretId !== undefined) return (value) => storeOnAws(secrets, secretId, value);
    throw new CliError(
      `${name} does not have the destination ${destination} yet. Run npx cdk deploy, then this again.`,
    );
  };
}

function destinationNamed(name: string | undefined, { destinations }: Config): Destination {
  const [first, ...others] = destinations.filter((each) => name === undefined || each.name === name);
  if (first !== undefined && others.length === 0) return first;
  const known = destinations.map((each) => each.name).join(', ') || 'none; run npx forwarder init';
  throw new UsageError(
    `${name === undefined ? 'Say which destination' : `There is no destination ${JSON.stringify(name)} in forwarder.json`} (there is: ${known}).`,
  );
}

async function credentialsFor(
  settings: Destination,
  config: Config,
  options: { readonly secretStdin: boolean; readonly check: boolean; readonly where: Where },
): Promise<string> {
  const { name, adapter } = settings;
  const crm = crmOf(adapter);
  if (crm === undefined) throw new UsageError(`There is no adapter ${adapter}.`);
  const ask = createAsker({ yes: false });
  if (isOwn(crm)) note(wrapped(whereSigningKeyIs(name, options.where)).join('\n'));
  const given = await obtainSecret({ name, crm, ask, fromStdin: options.secretStdin, isRenewal: true });
  if (given === undefined) {
    throw new UsageError(
      `The credentials are missing: put them into ${variableOf(name)}, or pipe them in with --secret-stdin.`,
    );
  }
  if (!options.check) return given;
  let secret = given;
  await promptUntilValid({
    ask,
    attempt: () => ({ settings, config, secret }),
    promptSecret: async () => {
      secret = await askForSecret({ crm, ask });
    },
  });
  return secret;
}
