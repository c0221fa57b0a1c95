import { Duration } from 'aws-cdk-lib';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import type { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { LambdaSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Construct } from 'constructs';
import { type Config, checkedConfigFile, type NotifyConfig, writeCheckedConfig } from '../lambda/config/config.ts';
import { firstSweepKey, toldKey } from '../lambda/store/keys.ts';
import { type FunctionSettings, NodeFunction } from './function.ts';
import { givenSecret, grantRead } from './secrets.ts';
import type { Stage } from './stages.ts';
import type { ConversationTable } from './tables.ts';

export type NotifyProps = FunctionSettings & {
  readonly notify: NotifyConfig;
  readonly stage: Pick<Stage, 'name' | 'sendsAlarms'>;
  /** Read for news, and written to remember what was sent. */
  readonly conversations: ConversationTable;
  /** Bundled with the function. */
  readonly config: Config;
};

/** Posts to a chat channel: a function that runs every minute and for each alarm, and the secret with the channel's URL. */
export class Notify extends Construct {
  readonly secret: Secret;
  readonly function: NodeFunction;

  constructor(scope: Construct, id: string, { notify, stage, conversations, config, ...settings }: NotifyProps) {
    super(scope, id);
    this.secret = givenSecret(this, 'Url', 'notify', 'The URL of the channel that is told');
    this.function = new NodeFunction(this, 'Tell', {
      ...settings,
      description: 'Tells a chat channel what somebody should know',
      entry: 'lambda/notify.ts',
      timeout: Duration.seconds(45),
      environment: {
        STAGE: stage.name,
        TABLE_NAME: conversations.table.tableName,
        WEBHOOK_SECRET: this.secret.secretArn,
      },
      files: { [checkedConfigFile]: writeCheckedConfig(config) },
    });
    grantRead(this.secret, this.function.role);
    conversations.grantIndexes(this.function.role, 'listing');
    conversations.grant(this.function.role, 'dynamodb:GetItem', 'dynamodb:Query');
    conversations.grantWriteOnly(this.function.role, [toldKey.pk, firstSweepKey.pk]);
    if (notify.on.some((event) => event !== 'alarms')) {
      new Rule(this, 'Schedule', {
        description: 'Looks for news to post',
        schedule: Schedule.rate(Duration.minutes(1)),
        // The next run tries again anyway.
        targets: [new LambdaFunction(this.function.lambda, { retryAttempts: 0 })],
      });
    }
    if (stage.sendsAlarms && notify.on.includes('alarms')) {
      settings.alarms.topic.addSubscription(new LambdaSubscription(this.function.lambda));
    }
  }
}
