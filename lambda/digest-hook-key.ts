import { setTimeout as sleep } from 'node:timers/promises';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { awsClientOptions } from './platform/aws-clients.ts';
import { createLogger } from './platform/logger.ts';
import { createDigestHookKey } from './receive/digest-hook-key.ts';

/** All attempts must end before the function times out, which would leave CloudFormation waiting. */
const limits = { maxAttempts: 3, requestTimeoutMs: 5_000 };
const secrets = new SecretsManagerClient(awsClientOptions('SECRETS_MANAGER', limits));

const log = createLogger('digest-hook-key');

export const handler = log.withRequestId(
  createDigestHookKey({
    readVersion: (SecretId, VersionStage) => secrets.send(new GetSecretValueCommand({ SecretId, VersionStage })),
    sleep,
    log,
  }),
);
