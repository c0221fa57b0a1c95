import { RemovalPolicy, Validations } from 'aws-cdk-lib';
import { type CfnSecret, Secret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Construct } from 'constructs';

/**
 * A secret that Smartsupp's support gives out: the API's token, or what its webhooks are signed with.
 * @param name of the secret for the CLI and the local stack: `npx forwarder secret <name>`
 */
export function apiSecret(scope: Construct, id: string, name: 'api' | 'webhooks', description: string): Secret {
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
    reason: 'Smartsupp gives out this value: only its support can rotate it.',
  });
  return secret;
}
