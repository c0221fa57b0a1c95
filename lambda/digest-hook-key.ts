import { createDigestHookKey } from './hook-key/digest-hook-key.ts';
import { openAws } from './platform/aws/open.ts';
import { createLogger } from './platform/logger.ts';

/** All tries end before the function does: cut off, it would leave CloudFormation waiting. */
const secrets = openAws('secretsmanager', { attempts: 3, connectionTimeoutMs: 3_000, requestTimeoutMs: 5_000 });

export const handler = createDigestHookKey({
  readVersion: (SecretId, VersionStage) => secrets('GetSecretValue', { SecretId, VersionStage }),
  log: createLogger('digest-hook-key'),
});
