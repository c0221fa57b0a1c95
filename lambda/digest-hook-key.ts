import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { CloudFormationCustomResourceEvent } from 'aws-lambda';
import { answer, type Result } from './hook-key/custom-resource.ts';
import { readDigests } from './hook-key/digests.ts';

export type DigestHookKeyDeps = { readonly secrets: SecretsManagerClient };

/**
 * The custom resource behind `HOOK_KEY_DIGESTS`: reads the secret named by the property `SecretId` when the stack is
 * deployed, and answers `Digests`, comma-separated. So `receive` gets digests from its environment, asks nobody at a
 * cold start, and never holds the key.
 */
export const createDigestHookKey =
  ({ secrets }: DigestHookKeyDeps) =>
  async (event: CloudFormationCustomResourceEvent): Promise<void> => {
    const result = await digest(secrets, event);
    const { Status: status, Reason: reason } = { Reason: undefined, ...result };
    process.stdout.write(`${JSON.stringify({ message: 'hook key', request: event.RequestType, status, reason })}\n`);
    await answer(event, result);
  };

const digest = async (
  secrets: SecretsManagerClient,
  { RequestType: request, ResourceProperties: properties }: CloudFormationCustomResourceEvent,
): Promise<Result> => {
  // Nothing was made, so there is nothing to delete; the secret itself is CloudFormation's.
  if (request === 'Delete') return { Status: 'SUCCESS' };
  try {
    const digests = await readDigests(secrets, String(properties['SecretId']));
    return { Status: 'SUCCESS', Data: { Digests: digests.join(',') } };
  } catch (error) {
    return { Status: 'FAILED', Reason: error instanceof Error ? `${error.name}: ${error.message}` : 'unknown error' };
  }
};

// Time-outs well inside the function's own, which would leave CloudFormation without an answer.
export const handler = createDigestHookKey({
  secrets: new SecretsManagerClient({
    requestHandler: { connectionTimeout: 3_000, requestTimeout: 5_000, throwOnRequestTimeout: true },
  }),
});
