import { RemovalPolicy, Validations } from 'aws-cdk-lib';
import { type CfnSecret, Secret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Construct } from 'constructs';

/**
 * A secret that somebody else gives out: the API's token, what Smartsupp's webhooks are signed with, a channel's URL.
 * @param name of the secret for the CLI and the local stack: `npx forwarder secret <name>`
 */
export function givenSecret(
  scope: Construct,
  id: string,
  name: 'api' | 'webhooks' | 'notify',
  description: string,
): Secret {
  const secret = new Secret(scope, id, {
    description,
    // A placeholder. Do not change this: CloudFormation would overwrite the value.
    generateSecretString: { passwordLength: 32, excludePunctuation: true },
    removalPolicy: RemovalPolicy.DESTROY,
  });
  // The local stack finds it by this.
  (secret.node.defaultChild as CfnSecret).addMetadata('Name', name);
  Validations.of(secret).acknowledge({
    id: 'AwsSolutions-SMG4',
    reason: 'Smartsupp or the chat service gives out this value: only they can rotate it.',
  });
  return secret;
}
