import { RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import { Grant, type IGrantable } from 'aws-cdk-lib/aws-iam';
import { type CfnSecret, Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';

/** One secret for each destination: what it signs with, or the token that its CRM gave out. */
export class DestinationSecrets extends Construct {
  /** JSON, as deliver wants it: destination's name to secret's ARN. */
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
      // A signing key to use as it is, and a placeholder where the CRM gives out a token. Change nothing here:
      // CloudFormation would overwrite the token.
      generateSecretString: { passwordLength: 32, excludePunctuation: true },
      // A credential goes with its use: no token of a CRM stays behind in an account where nobody looks for it.
      removalPolicy: RemovalPolicy.DESTROY,
    });
    // By this the local stack and the operator's commands tell which secret is whose.
    (secret.node.defaultChild as CfnSecret).addMetadata('Destination', name);
    Validations.of(secret).acknowledge({
      id: 'AwsSolutions-SMG4',
      reason: 'The CRM or the receiver at the other end gives out this value: only its owner can rotate it.',
    });
    return secret;
  }
}

/** To read the value, and no more: `Secret.grantRead` would let its settings be read too. */
export const grantRead = (secret: Secret, grantee: IGrantable): void => {
  Grant.addToPrincipal({ grantee, actions: ['secretsmanager:GetSecretValue'], resourceArns: [secret.secretArn] });
};
