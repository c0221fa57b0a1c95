import { loadConfig } from '../../infra/config/load.ts';
import type { ApiConfig, Config } from '../../lambda/config/config.ts';
import type { Destination } from '../../lambda/crm/catalogue.ts';
import { formatted, plainCard, postJson, webhookUrl } from '../../lambda/notify/channel.ts';
import { sharedSecretsIn } from '../../lambda/receive/event-receiver.ts';
import { readSettings } from '../../local/lib/settings.ts';
import {
  askForSecret,
  obtainSecret,
  readStdin,
  storeForLocal,
  storeOnAws,
  variableOf,
  whereSigningKeyIs,
} from '../lib/crms/credentials.ts';
import { crmOf, isOwn } from '../lib/crms/crms.ts';
import { promptUntilValid, tryApi } from '../lib/crms/try-credentials.ts';
import type { Deployment, Invocation, Where } from '../lib/deployment/deployment.ts';
import { createAsker } from '../lib/terminal/ask.ts';
import { CliError, UsageError } from '../lib/terminal/errors.ts';
import { uninterrupted } from '../lib/terminal/interrupt.ts';
import { note, noteWrapped, wrapped } from '../lib/terminal/output.ts';

type Options = { readonly secretStdin: boolean; readonly check: boolean };

export async function secret({ args: [name], options, where, openDeployment }: Invocation<Options>): Promise<void> {
  const config = loadConfig(readSettings(process.env, process.cwd()).configFile);
  // A destination of that name has its own secret.
  const isDestination = config.destinations.some((each) => each.name === name);
  const place = { where, openDeployment };
  if (isServiceName(name) && !isDestination) return storeServiceSecret(name, config, place, options);
  const settings = destinationNamed(name, config);
  const store = await storeFor(settings.name, ({ destinations }) => destinations[settings.name], place);
  const given = await credentialsFor(settings, config, { ...options, where });
  await uninterrupted(async () => store(given));
}

type Place = Pick<Invocation, 'where' | 'openDeployment'>;

/** Opens the deployment before anything is asked for, so that no secret is typed in vain. */
async function storeFor(
  name: string,
  secretIdIn: (deployment: Deployment) => string | undefined,
  { where, openDeployment }: Place,
): Promise<(secret: string) => Promise<void>> {
  if (where.local) return async (secret) => storeForLocal(name, secret);
  const deployment = await openDeployment();
  const secretId = secretIdIn(deployment);
  if (secretId !== undefined) return (secret) => storeOnAws(deployment.secrets, secretId, secret);
  throw new CliError(`${deployment.name} has no secret "${name}" yet. Run npx cdk deploy, then this again.`);
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

/** A secret that is not a destination's. */
type ServiceSecret = {
  readonly question: string;
  readonly secretIdIn: (deployment: Deployment) => string | undefined;
  /** Returns the secret as it is stored. Throws UsageError or CliError if it is not valid. */
  readonly check: (given: string, options: Pick<Options, 'check'>) => Promise<string>;
};

/** Each throws UsageError if the configuration has no use for its secret. */
const services = {
  notify: ({ notify }: Config): ServiceSecret => {
    if (notify === undefined) {
      throw new UsageError('forwarder.json has no notify. Say where to: "notify": { "to": "slack" }.');
    }
    return {
      question: `URL of the channel's webhook (${notify.to})`,
      secretIdIn: ({ notifySecret }) => notifySecret,
      check: async (given, { check }) => {
        const url = webhookUrl(given);
        const test = plainCard('test', 'The forwarder tells this channel what somebody should know. This is a test.');
        if (check) await postJson(url, formatted(test, notify.to));
        return url;
      },
    };
  },
  api: (config: Config): ServiceSecret => {
    const api = apiIn(config);
    return {
      question: "Token of Smartsupp's REST API",
      secretIdIn: ({ outputs }) => outputs.ApiTokenSecretArn,
      check: async (token, { check }) => {
        if (check) await checkToken(api, token);
        return token;
      },
    };
  },
  webhooks: (config: Config): ServiceSecret => {
    apiIn(config);
    return {
      question: 'Shared secret of its webhooks (during a rotation both, with a space between them)',
      secretIdIn: ({ outputs }) => outputs.WebhooksSecretArn,
      check: async (given) => {
        const count = sharedSecretsIn(given).length;
        if (count >= 1 && count <= 2) return given;
        throw new UsageError('Give one shared secret, or two with a space between them.');
      },
    };
  },
};

function apiIn({ api }: Config): ApiConfig {
  if (api !== undefined) return api;
  throw new UsageError('forwarder.json has no api. Give it your Smartsupp account: "api": { "accountId": "…" }.');
}

async function checkToken(api: ApiConfig, token: string): Promise<void> {
  noteWrapped('Checking the token …');
  const problem = await tryApi(api, token);
  if (problem !== undefined) throw new CliError(`${problem} Nothing was changed; --no-check stores it all the same.`);
  noteWrapped('✓ Smartsupp accepts the token.');
}

type Name = keyof typeof services;

const isServiceName = (name: string | undefined): name is Name => name !== undefined && Object.hasOwn(services, name);

/** Stores the URL of the channel that is told, or a secret that Smartsupp's support gives out. */
async function storeServiceSecret(name: Name, config: Config, place: Place, options: Options): Promise<void> {
  const service = services[name](config);
  const store = await storeFor(name, service.secretIdIn, place);
  const secret = await service.check(await obtain(name, service, options), options);
  await uninterrupted(async () => store(secret));
}

async function obtain(name: Name, { question }: ServiceSecret, { secretStdin }: Options): Promise<string> {
  if (secretStdin) return readStdin();
  const ask = createAsker({ yes: false });
  const { [variableOf(name)]: set } = process.env;
  const secret = set ?? (ask.isInteractive ? await ask.hidden({ message: question }) : undefined);
  if (secret !== undefined) return secret.trim();
  throw new UsageError(`It is missing: put it into ${variableOf(name)}, or pipe it in with --secret-stdin.`);
}
