import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { createTellAlarm } from './alarms/webhook.ts';
import { awsClientOptions } from './platform/aws-clients.ts';
import { requiredEnv } from './platform/env.ts';
import { createLogger } from './platform/logger.ts';
import { createReadSecret } from './platform/secrets.ts';

const log = createLogger('tell-alarm');
const limits = { maxAttempts: 2, requestTimeoutMs: 5_000 };
const secrets = new SecretsManagerClient(awsClientOptions('SECRETS_MANAGER', limits));
const readSecret = createReadSecret(secrets, () => new Date());

export const handler = log.withRequestId(createTellAlarm(() => readSecret(requiredEnv('WEBHOOK_SECRET'))));
