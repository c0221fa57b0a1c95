import type { ApiConfig } from '../../../lambda/config/config.ts';
import { sharedSecretsIn } from '../../../lambda/events/event-receiver.ts';
import { tryApi } from '../../lib/api.ts';
import { readStdin, storeForLocal, storeOnAws, variableOf } from '../../lib/crms/credentials.ts';
import type { Invocation } from '../../lib/define-command.ts';
import { createAsker } from '../../lib/terminal/ask.ts';
import { CliError, UsageError } from '../../lib/terminal/errors.ts';
import { uninterrupted } from '../../lib/terminal/interrupt.ts';
import { noteWrapped } from '../../lib/terminal/wrap.ts';

type Name = 'api' | 'webhooks';

export const isApiSecret = (name: string | undefined): name is Name => name === 'api' || name === 'webhooks';

const questions: Readonly<Record<Name, string>> = {
  api: "Token of Smartsupp's REST API",
  webhooks: 'Shared secret of its webhooks (during a rotation both, with a space between them)',
};

type Options = { readonly secretStdin: boolean; readonly check: boolean };

/** Stores what Smartsupp's support gives out for its second source. */
export async function storeApiSecret(
  name: Name,
  api: ApiConfig | undefined,
  { where, openDeployment }: Pick<Invocation<unknown>, 'where' | 'openDeployment'>,
  options: Options,
): Promise<void> {
  if (api === undefined) {
    throw new UsageError('forwarder.json has no api. Give it your Smartsupp account: "api": { "accountId": "…" }.');
  }
  const put = await putFor(name, { where, openDeployment });
  const secret = await given(name, options);
  if (name === 'webhooks') checkShared(secret);
  else if (options.check) await check(api, secret);
  await uninterrupted(async () => put(secret));
}

async function putFor(name: Name, { where, openDeployment }: Pick<Invocation<unknown>, 'where' | 'openDeployment'>) {
  if (where.local) return (secret: string) => storeForLocal(name, secret);
  const { name: stack, outputs, secrets } = await openDeployment();
  const secretId = name === 'api' ? outputs.ApiTokenSecretArn : outputs.WebhooksSecretArn;
  if (secretId === undefined)
    throw new CliError(`${stack} has no such secret yet. Run npx cdk deploy, then this again.`);
  return (secret: string) => storeOnAws(secrets, secretId, secret);
}

async function given(name: Name, { secretStdin }: Options): Promise<string> {
  if (secretStdin) return readStdin();
  const ask = createAsker({ yes: false });
  const { [variableOf(name)]: set } = process.env;
  const secret = set ?? (ask.isInteractive ? await ask.hidden({ message: questions[name] }) : undefined);
  if (secret !== undefined) return secret.trim();
  throw new UsageError(`It is missing: put it into ${variableOf(name)}, or pipe it in with --secret-stdin.`);
}

function checkShared(text: string): void {
  const count = sharedSecretsIn(text).length;
  if (count < 1 || count > 2) throw new UsageError('Give one shared secret, or two with a space between them.');
}

async function check(api: ApiConfig, token: string): Promise<void> {
  noteWrapped('Checking the token …');
  const problem = await tryApi(api, token);
  if (problem !== undefined) throw new CliError(`${problem} Nothing was changed; --no-check stores it all the same.`);
  noteWrapped('✓ Smartsupp accepts the token.');
}
