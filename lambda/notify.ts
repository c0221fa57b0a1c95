import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { ScheduledEvent, SNSEvent } from 'aws-lambda';
import { readCheckedConfig } from './config/config.ts';
import { createIdentityOf } from './mapping/identity.ts';
import { alarmCard, createCardOf } from './notify/cards.ts';
import { type Card, formatted, postJson, WebhookError, webhookUrl } from './notify/channel.ts';
import { createFindNews, createNotify } from './notify/notify.ts';
import { awsClientOptions } from './platform/aws-clients.ts';
import { requiredEnv } from './platform/env.ts';
import { createLogger } from './platform/logger.ts';
import { createReadSecret } from './platform/secrets.ts';
import { createSilentSince } from './store/backlog.ts';
import { createLoadChat } from './store/conversations.ts';
import { createTable } from './store/dynamodb-table.ts';
import { createRecords } from './store/records.ts';
import { createTold } from './store/told.ts';

const now = () => new Date();
const log = createLogger('notify');
const config = readCheckedConfig(requiredEnv('LAMBDA_TASK_ROOT'));
const { to = 'webhook', on = [], withWords = false } = config.notify ?? {};
const table = createTable(new DynamoDBClient(awsClientOptions('DYNAMODB')), requiredEnv('TABLE_NAME'));
const limits = { maxAttempts: 2, requestTimeoutMs: 5_000 };
const secrets = new SecretsManagerClient(awsClientOptions('SECRETS_MANAGER', limits));
const readSecret = createReadSecret(secrets, now);
const readUrl = async () => webhookUrl(await readSecret(requiredEnv('WEBHOOK_SECRET')));
const post = async (card: Card) => postJson(await readUrl(), formatted(card, to));
const stage = requiredEnv('STAGE');
const commandLine = (command: string) => `npx forwarder ${command}${stage === 'prod' ? '' : ` --stage ${stage}`}`;
const records = createRecords(table);
const told = createTold(table, now);

const notify = createNotify({
  findNews: createFindNews({ ...config, on, records, silentSince: createSilentSince(table, now), now }),
  cardOf: createCardOf({
    load: createLoadChat(table),
    records,
    identityOf: createIdentityOf(config),
    config,
    withWords,
    commandLine,
    now,
  }),
  post,
  readTold: told.read,
  writeTold: told.write,
  listLine: commandLine('list'),
  log,
  now,
});

/** Time for the last post, and to record what was told. */
const reserveMs = 15_000;

export const handler = log.withRequestId(async (event: SNSEvent | ScheduledEvent, context) => {
  // If that fails, SNS invokes the function again, and its own alarm goes by e-mail.
  if ('Records' in event) return tellAlarms(event);
  try {
    await readUrl();
  } catch (error) {
    // Until somebody has stored it, there is nobody to tell.
    if (error instanceof WebhookError) return log.warn('no URL is stored: npx forwarder secret notify', {});
    throw error;
  }
  return notify(new Date(now().getTime() + context.getRemainingTimeInMillis() - reserveMs));
});

async function tellAlarms({ Records }: SNSEvent): Promise<void> {
  for (const { Sns } of Records) await post(alarmCard(Sns.Message));
}
