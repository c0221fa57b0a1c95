import type { ApiConfig } from '../../lambda/config/config.ts';
import { createHttpClient } from '../../lambda/crm/http/http.ts';
import { CrmError } from '../../lambda/crm/port/errors.ts';
import { createSmartsuppApi } from '../../lambda/smartsupp/api/client.ts';
import { readSettings } from '../../local/lib/settings.ts';
import type { Deployment } from './deployment/deployment.ts';
import { CliError } from './terminal/errors.ts';

const hourMs = 60 * 60_000;

/** Tries a token as fetch and reconcile would use it. Returns what Smartsupp says against it. */
export async function tryApi({ url }: ApiConfig, token: string): Promise<string | undefined> {
  const now = new Date();
  const http = createHttpClient({ now: () => now });
  try {
    const api = createSmartsuppApi({ http, url, token: async () => token });
    await api.agents();
    await api.search({ finishedFrom: new Date(now.getTime() - hourMs), finishedTo: now, size: 50 });
    return undefined;
  } catch (error) {
    if (error instanceof CrmError) return error.message;
    throw error;
  } finally {
    http.close();
  }
}

/** The token that is stored, or that the environment of the local stack has; empty if none was stored. */
export async function storedToken(
  secretId: string,
  { secrets }: Pick<Deployment, 'secrets'>,
  { local }: { readonly local: boolean },
): Promise<string> {
  const given = local ? readSettings(process.env, process.cwd()).secret('api') : undefined;
  if (given !== undefined) return given;
  const { GetSecretValueCommand } = await import('@aws-sdk/client-secrets-manager');
  const { SecretString = '' } = await secrets.send(new GetSecretValueCommand({ SecretId: secretId }));
  return SecretString;
}

/** Smartsupp's REST API with the deployment's own token, and the queue of the conversations to fetch. */
export async function openApi(deployment: Deployment, where: { readonly local: boolean }) {
  const { api } = deployment.config();
  const { ApiTokenSecretArn: secretId, FetchQueueUrl: fetchQueueUrl } = deployment.outputs;
  if (api === undefined || secretId === undefined || fetchQueueUrl === undefined) {
    throw new CliError(
      `${deployment.name} has no REST API of Smartsupp. Give forwarder.json an "api": { "accountId": "…" }, deploy, and store the token: npx forwarder secret api.`,
    );
  }
  const http = createHttpClient({ now: () => new Date() });
  const token = await storedToken(secretId, deployment, where);
  return {
    api: createSmartsuppApi({ http, url: api.url, token: async () => token }),
    accountId: api.accountId,
    fetchQueueUrl,
    close: http.close,
  };
}
