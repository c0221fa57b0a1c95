import { CustomResource, Duration, type RemovalPolicy, Validations } from 'aws-cdk-lib';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { type FunctionSettings, NodeFunction } from './function.ts';
import { grantRead } from './secrets.ts';

/** 43 letters and digits have 256 bits (5.95 each) and need no escaping in a URL. */
const keyLength = 43;

export type HookKeyProps = FunctionSettings & {
  /**
   * The secret is read again when this changes. After storing a key, raise `hookKeyRevision` in cdk.json and deploy,
   * as `npx forwarder rotate-key` does. The previous key stays valid.
   */
  readonly revision: string;
  /** Whether the key's secret is deleted with the stack. */
  readonly removalPolicy: RemovalPolicy;
  /** The ARN of an existing secret that holds the key. Default: a new secret with a new key. */
  readonly takeOver?: string | undefined;
};

/** The key in the hook's URL, and the digests with which receive checks it. */
export class HookKey extends Construct {
  readonly secret: { readonly secretArn: string };
  /** Comma-separated SHA-256 digests, in hex, of the valid keys; resolved at deployment. */
  readonly digests: string;
  readonly function: NodeFunction;

  constructor(scope: Construct, id: string, props: HookKeyProps) {
    super(scope, id);
    const { revision, alarms, logRetention, removalPolicy, takeOver } = props;
    this.secret =
      takeOver === undefined
        ? this.newSecret(removalPolicy)
        : Secret.fromSecretCompleteArn(this, 'KeptSecret', takeOver);
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

  private newSecret(removalPolicy: RemovalPolicy): Secret {
    const secret = new Secret(this, 'Secret', {
      description: 'The key at the end of the Smartsupp hook URL',
      // Do not change this: CloudFormation would generate another key, and Smartsupp would still use the old one.
      generateSecretString: { passwordLength: keyLength, excludePunctuation: true },
      removalPolicy,
    });
    Validations.of(secret).acknowledge({
      id: 'AwsSolutions-SMG4',
      reason: 'Smartsupp changes the URL by e-mail only, in days, so the key is rotated by hand, with two keys valid.',
    });
    return secret;
  }

  private digest(revision: string): string {
    const resource = new CustomResource(this, 'Digests', {
      resourceType: 'Custom::HookKeyDigests',
      serviceToken: this.function.lambda.functionArn,
      // Lambda retries a failed invocation after one and two minutes. The default time-out is an hour.
      serviceTimeout: Duration.minutes(6),
      properties: { SecretId: this.secret.secretArn, Revision: revision },
    });
    return resource.getAttString('Digests');
  }
}
