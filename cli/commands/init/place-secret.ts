import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { Where } from '../../lib/deployment/deployment.ts';
import { clientOptions, findStack } from '../../lib/deployment/on-aws.ts';
import { explain } from '../../lib/terminal/errors.ts';
import { noteWrapped } from '../../lib/terminal/wrap.ts';
import type { SetUp } from './set-up.ts';
import { storeForLocal, storeOnAws } from '../../lib/crms/store-secret.ts';

/** What became of a new destination's secret, as far as the next steps depend on it. */
export type Placed = {
  /** Whether the stage is on AWS already. */
  readonly isDeployed: boolean;
  /** Whether the credentials are still to be given, once the destination is deployed. */
  readonly isMissing: boolean;
};

/** Stores it where it belongs; before there is a place for it, says so. */
export async function placeSecret({ draft, crm, secret }: SetUp, where: Where): Promise<Placed> {
  const isNeeded = crm.secret.kind !== 'generated';
  if (where.local) {
    if (secret !== undefined) storeForLocal(draft.name, secret);
    return { isDeployed: false, isMissing: isNeeded && secret === undefined };
  }
  const { isDeployed, secretId, client } = await findPlace(draft.name, where);
  if (secret === undefined || secretId === undefined)
    return { isDeployed, isMissing: isNeeded || secret !== undefined };
  await storeOnAws(new SecretsManagerClient(client), secretId, secret);
  return { isDeployed, isMissing: false };
}

async function findPlace(destination: string, where: Where) {
  try {
    const { stack, region } = await findStack(where);
    const { OutputValue: json = '{}' } =
      stack?.Outputs?.find(({ OutputKey }) => OutputKey === 'DestinationSecrets') ?? {};
    const secretIds: Readonly<Record<string, string>> = JSON.parse(json);
    const client = { ...clientOptions(where), region };
    return { isDeployed: stack !== undefined, secretId: secretIds[destination], client };
  } catch (error) {
    // Who only writes a configuration needs no account yet.
    noteWrapped(`! Whether it is deployed cannot be told. ${explain(error).text}`);
    return { isDeployed: false, secretId: undefined, client: clientOptions(where) };
  }
}
