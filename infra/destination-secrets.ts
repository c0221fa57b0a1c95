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
    this.secrets = new Map(names.map((name) => [name, this.secret(name)]));
    const arns = [...this.secrets].map(([name, { secretArn }]) => [name, secretArn]);
    this.json = Stack.of(this).toJsonString(Object.fromEntries(arns));
  }

  grantRead(grantee: IGrantable): void {
    for (const secret of this.secrets.values()) grantRead(secret, grantee);
  }

  private secret(name: string): Secret {
    const secret = new Secret(this, name, {
      description: `Credentials of the destination "${name}"`,
      // The signing key, or a placeholder for the CRM's credentials. Do not change this: CloudFormation would overwrite
      // them.
      generateSecretString: { passwordLength: 32, excludePunctuation: true },
      // No CRM's credentials stay behind when the stack is deleted.
      removalPolicy: RemovalPolicy.DESTROY,
    });
    // The local stack and the CLI find a destination's secret by this.
    (secret.node.defaultChild as CfnSecret).addMetadata('Destination', name);
    Validations.of(secret).acknowledge({
      id: 'AwsSolutions-SMG4',
      reason: 'The CRM or the receiver at the other end gives out this value: only its owner can rotate it.',
    });
    return secret;
  }
}

/** Grants reading the value alone: `Secret.grantRead` also grants reading the secret's settings. */
export const grantRead = (secret: { readonly secretArn: string }, grantee: IGrantable): void => {
  Grant.addToPrincipal({ grantee, actions: ['secretsmanager:GetSecretValue'], resourceArns: [secret.secretArn] });
};
