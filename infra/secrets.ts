import { CustomResource, Duration, RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import { Grant, type IGrantable } from 'aws-cdk-lib/aws-iam';
import { type CfnSecret, Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { type FunctionSettings, NodeFunction } from './function.ts';

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

/** One secret for each destination: its signing key, or its CRM's credentials. */
export class DestinationSecrets extends Construct {
  /** JSON for deliver: destination name to secret ARN. */
  readonly json: string;
  private readonly secrets: ReadonlyMap<string, Secret>;

  constructor(scope: Construct, id: string, names: readonly string[]) {
    super(scope, id);
    const secret = (name: string) =>
      storedSecret(this, name, {
        description: `Credentials of the destination "${name}"`,
        label: { Destination: name },
        owner: 'The CRM or the receiver at the other end',
      });
    this.secrets = new Map(names.map((name) => [name, secret(name)]));
    const arns = [...this.secrets].map(([name, { secretArn }]) => [name, secretArn]);
    this.json = Stack.of(this).toJsonString(Object.fromEntries(arns));
  }

  grantRead(grantee: IGrantable): void {
    for (const secret of this.secrets.values()) grantRead(secret, grantee);
  }
}

/**
 * A secret of Smartsupp or a chat service: the API's token, the key that signs webhooks, a channel's URL.
 * @param name the secret's name in the CLI and the local stack: `npx forwarder secret <name>`
 */
export const givenSecret = (
  scope: Construct,
  id: string,
  name: 'api' | 'webhooks' | 'notify',
  description: string,
): Secret => storedSecret(scope, id, { description, label: { Name: name }, owner: 'Smartsupp or the chat service' });

type StoredSecretOptions = {
  readonly description: string;
  /** Metadata of the template, by which the local stack and the CLI find the secret. */
  readonly label: Readonly<Record<string, string>>;
  /** Gives out the value, and alone can rotate it; named in the reason why the stack does not. */
  readonly owner: string;
};

/** A secret whose value the operator stores after the deployment. It is deleted with the stack. */
function storedSecret(scope: Construct, id: string, { description, label, owner }: StoredSecretOptions): Secret {
  const secret = new Secret(scope, id, {
    description,
    // The value of a new signing key, else a placeholder. Do not change this: CloudFormation would overwrite the value.
    generateSecretString: { passwordLength: 32, excludePunctuation: true },
    removalPolicy: RemovalPolicy.DESTROY,
  });
  for (const [key, value] of Object.entries(label)) (secret.node.defaultChild as CfnSecret).addMetadata(key, value);
  Validations.of(secret).acknowledge({
    id: 'AwsSolutions-SMG4',
    reason: `${owner} gives out this value: only its owner can rotate it.`,
  });
  return secret;
}

/** Grants reading the value alone: `Secret.grantRead` also grants reading the secret's settings. */
export const grantRead = (secret: { readonly secretArn: string }, grantee: IGrantable): void => {
  Grant.addToPrincipal({ grantee, actions: ['secretsmanager:GetSecretValue'], resourceArns: [secret.secretArn] });
};
