import type { ApiConfig, Config } from '../../../lambda/config/config.ts';
import { sharedSecretsIn } from '../../../lambda/events/event-receiver.ts';
import { plainCard } from '../../../lambda/notify/cards.ts';
import { formatted, postJson, webhookUrl } from '../../../lambda/notify/channel.ts';
import { tryApi } from '../../lib/api.ts';
import { readStdin, storeForLocal, storeOnAws, variableOf } from '../../lib/crms/credentials.ts';
import type { Deployment } from '../../lib/deployment/deployment.ts';
import type { Invocation } from '../../lib/invocation.ts';
import { createAsker } from '../../lib/terminal/ask.ts';
import { CliError, UsageError } from '../../lib/terminal/errors.ts';
import { uninterrupted } from '../../lib/terminal/interrupt.ts';
import { noteWrapped } from '../../lib/terminal/output.ts';

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

export const isServiceName = (name: string | undefined): name is Name =>
  name !== undefined && Object.hasOwn(services, name);

type Options = { readonly secretStdin: boolean; readonly check: boolean };

type Place = Pick<Invocation, 'where' | 'openDeployment'>;

/** Stores the URL of the channel that is told, or a secret that Smartsupp's support gives out. */
export async function storeServiceSecret(name: Name, config: Config, place: Place, options: Options): Promise<void> {
  const service = services[name](config);
  const store = await storeFor(name, service, place);
  const secret = await service.check(await obtain(name, service, options), options);
  await uninterrupted(async () => store(secret));
}

async function storeFor(name: Name, { secretIdIn }: ServiceSecret, { where, openDeployment }: Place) {
  if (where.local) return (secret: string) => storeForLocal(name, secret);
  const deployment = await openDeployment();
  const secretId = secretIdIn(deployment);
  if (secretId !== undefined) return (secret: string) => storeOnAws(deployment.secrets, secretId, secret);
  throw new CliError(`${deployment.name} has no secret "${name}" yet. Run npx cdk deploy, then this again.`);
}

async function obtain(name: Name, { question }: ServiceSecret, { secretStdin }: Options): Promise<string> {
  if (secretStdin) return readStdin();
  const ask = createAsker({ yes: false });
  const { [variableOf(name)]: set } = process.env;
  const secret = set ?? (ask.isInteractive ? await ask.hidden({ message: question }) : undefined);
  if (secret !== undefined) return secret.trim();
  throw new UsageError(`It is missing: put it into ${variableOf(name)}, or pipe it in with --secret-stdin.`);
}
