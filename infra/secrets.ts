import { RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import { Grant, type IGrantable } from 'aws-cdk-lib/aws-iam';
import { type CfnSecret, Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';

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
