import { Duration, RemovalPolicy, Validations } from 'aws-cdk-lib';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { LambdaSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Construct } from 'constructs';
import { grantRead } from './destination-secrets.ts';
import { type FunctionSettings, NodeFunction } from './function.ts';

/** Posts each alarm to a chat channel: a function, and the secret with the channel's URL. */
export class AlarmWebhook extends Construct {
  readonly secret: Secret;
  readonly function: NodeFunction;

  constructor(scope: Construct, id: string, settings: FunctionSettings) {
    super(scope, id);
    this.secret = new Secret(this, 'Url', {
      description: 'The URL of the webhook that alarms are posted to',
      // A placeholder. Do not change this: CloudFormation would overwrite the URL.
      generateSecretString: { passwordLength: 32, excludePunctuation: true },
      removalPolicy: RemovalPolicy.DESTROY,
    });
    Validations.of(this.secret).acknowledge({
      id: 'AwsSolutions-SMG4',
      reason: 'The chat service gives out this URL: only its owner can rotate it.',
    });
    this.function = new NodeFunction(this, 'Tell', {
      ...settings,
      description: 'Posts each alarm to a chat channel',
      entry: 'lambda/tell-alarm.ts',
      timeout: Duration.seconds(30),
      environment: { WEBHOOK_SECRET: this.secret.secretArn },
    });
    grantRead(this.secret, this.function.role);
    settings.alarms.topic.addSubscription(new LambdaSubscription(this.function.lambda));
  }
}
