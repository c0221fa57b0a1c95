import { CustomResource, Duration, RemovalPolicy, Validations } from 'aws-cdk-lib';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { grantRead } from './destination-secrets.ts';
import { type FunctionSettings, NodeFunction } from './function.ts';

/** Letters and digits carry 5.95 bits each: 43 of them are 256 bits, and need no escaping in a URL. */
const keyLength = 43;

export type HookKeyProps = FunctionSettings & {
  /**
   * Read the secret again when this changes. CloudFormation does not see a new value in a secret: after putting one
   * there, raise `hookKeyRevision` in cdk.json, as `npx forwarder rotate-key` does, and deploy. The key before it stays
   * valid.
   */
  readonly revision: string;
};

/** The key in the hook's URL, and the digests by which receive knows it. */
export class HookKey extends Construct {
  readonly secret: Secret;
  /** Comma-separated hex SHA-256 of the keys that are valid, known when the stack is deployed. */
  readonly digests: string;
  /** Reads the key when the stack is deployed. */
  readonly function: NodeFunction;

  constructor(scope: Construct, id: string, { revision, alarms, logRetention }: HookKeyProps) {
    super(scope, id);
    this.secret = new Secret(this, 'Secret', {
      description: 'The key at the end of the Smartsupp hook URL',
      // Change nothing here: CloudFormation would make another key, and Smartsupp would go on using this one.
      generateSecretString: { passwordLength: keyLength, excludePunctuation: true },
      // Without the API it opens nothing: a stack that is made again has another address, to be sent to Smartsupp anyway.
      removalPolicy: RemovalPolicy.DESTROY,
    });
    Validations.of(this.secret).acknowledge({
      id: 'AwsSolutions-SMG4',
      reason: 'Smartsupp changes the URL by e-mail only, in days, so the key is rotated by hand, with two keys valid.',
    });
    this.function = new NodeFunction(this, 'Digest', {
      alarms,
      logRetention,
      description: 'Digests the hook key when the stack is deployed',
      entry: 'lambda/digest-hook-key.ts',
      timeout: Duration.seconds(60),
    });
    grantRead(this.secret, this.function.role);
    this.digests = this.digest(revision);
  }

  private digest(revision: string): string {
    const resource = new CustomResource(this, 'Digests', {
      resourceType: 'Custom::HookKeyDigests',
      serviceToken: this.function.lambda.functionArn,
      // Lambda invokes a function that failed twice more, after one and two minutes. The default is an hour.
      serviceTimeout: Duration.minutes(6),
      properties: { SecretId: this.secret.secretArn, Revision: revision },
    });
    return resource.getAttString('Digests');
  }
}
