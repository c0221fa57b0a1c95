import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { CloudFormationCustomResourceEvent } from 'aws-lambda';
import { answer, type Result } from './hook-key/custom-resource.ts';
import { readDigests } from './hook-key/digests.ts';
import { createLogger, type Log } from './platform/logger.ts';

type DigestHookKeyDependencies = { readonly secrets: SecretsManagerClient; readonly log: Log };

/**
 * The custom resource behind `HOOK_KEY_DIGESTS`: when the stack is deployed it reads the secret named by the property
 * `SecretId`, and answers `Digests`, comma-separated. So `receive` has them in its environment, asks nobody at a cold
 * start, and never holds the key.
 */
export function createDigestHookKey({ secrets, log }: DigestHookKeyDependencies) {
  return async (event: CloudFormationCustomResourceEvent): Promise<void> => {
    const result = await resultOf(event, secrets);
    const { RequestType: request } = event;
    if (result.Status === 'SUCCESS') log.info('hook key digested', { request });
    else log.error('hook key not digested', { request, reason: result.Reason });
    await answer(event, result);
  };
}

async function resultOf(event: CloudFormationCustomResourceEvent, secrets: SecretsManagerClient): Promise<Result> {
  // Nothing was made, so there is nothing to delete: the secret itself is CloudFormation's.
  if (event.RequestType === 'Delete') return { Status: 'SUCCESS' };
  try {
    const digests = await readDigests(secrets, String(event.ResourceProperties['SecretId']));
    return { Status: 'SUCCESS', Data: { Digests: digests.join(',') } };
  } catch (error) {
    return { Status: 'FAILED', Reason: error instanceof Error ? `${error.name}: ${error.message}` : String(error) };
  }
}

export const handler = createDigestHookKey({
  // All tries end before the function does: cut off, it would leave CloudFormation waiting.
  secrets: new SecretsManagerClient({
    requestHandler: { connectionTimeout: 3_000, requestTimeout: 5_000, throwOnRequestTimeout: true },
  }),
  log: createLogger('digest-hook-key'),
});
