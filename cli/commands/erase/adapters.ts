import { setTimeout as sleep } from 'node:timers/promises';
import { GetSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import type { CrmAdapter } from '../../../lambda/crm/adapter.ts';
import type { HttpClient } from '../../../lambda/crm/http/http.ts';
import { createAdapter } from '../../../lambda/crm/registry.ts';
import { createSharedToken } from '../../../lambda/store/tokens.ts';
import type { Deployment } from '../../lib/deployment/deployment.ts';

type AdapterContext = {
  readonly deployment: Pick<Deployment, 'table' | 'secrets' | 'destinations' | 'config'>;
  readonly http: HttpClient;
  readonly now: () => Date;
};

/** The adapters of a deployment's destinations, with its own credentials; undefined for one that is not configured. */
export function createAdapterOf({ deployment, http, now }: AdapterContext) {
  const { table, secrets, destinations } = deployment;
  const config = deployment.config();
  const made = new Map<string, Promise<CrmAdapter>>();

  const make = (name: string): Promise<CrmAdapter> | undefined => {
    const settings = config.destinations.find((each) => each.name === name);
    const secretId = destinations[name];
    if (settings === undefined || secretId === undefined) return undefined;
    return createAdapter(settings, {
      http,
      now,
      timezone: config.timezone,
      language: config.language,
      token: createSharedToken(table, { destination: name, now, sleep }),
      secret: async () => (await secrets.send(new GetSecretValueCommand({ SecretId: secretId }))).SecretString ?? '',
    });
  };

  return async (name: string): Promise<CrmAdapter | undefined> => {
    const known = made.get(name) ?? make(name);
    if (known !== undefined) made.set(name, known);
    return known;
  };
}
