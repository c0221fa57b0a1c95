import type { CloudFormationCustomResourceEvent } from 'aws-lambda';
import type { Log } from '../platform/logger.ts';
import { answer, type Result } from './custom-resource.ts';
import { type ReadVersion, readDigests } from './digests.ts';

type DigestHookKeyDependencies = { readonly readVersion: ReadVersion; readonly log: Log };

/**
 * The custom resource behind `HOOK_KEY_DIGESTS`. It digests the secret named by the property `SecretId` at deployment,
 * so that `receive` needs no call at a cold start and never holds the key.
 */
export function createDigestHookKey({ readVersion, log }: DigestHookKeyDependencies) {
  return async (event: CloudFormationCustomResourceEvent): Promise<void> => {
    const result = await resultOf(event, readVersion);
    const { RequestType: request } = event;
    if (result.Status === 'SUCCESS') log.info('hook key digested', { request });
    else log.error('hook key not digested', { request, reason: result.Reason });
    await answer(event, result);
  };
}

async function resultOf(event: CloudFormationCustomResourceEvent, readVersion: ReadVersion): Promise<Result> {
  // Nothing to delete: the secret belongs to CloudFormation.
  if (event.RequestType === 'Delete') return { Status: 'SUCCESS' };
  try {
    const digests = await readDigests(readVersion, String(event.ResourceProperties['SecretId']));
    return { Status: 'SUCCESS', Data: { Digests: digests.join(',') } };
  } catch (error) {
    return { Status: 'FAILED', Reason: error instanceof Error ? `${error.name}: ${error.message}` : String(error) };
  }
}
