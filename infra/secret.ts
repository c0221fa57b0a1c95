import { Grant, type IGrantable } from 'aws-cdk-lib/aws-iam';
import type { Secret } from 'aws-cdk-lib/aws-secretsmanager';

/** To read the value, and no more: `Secret.grantRead` would let its settings be read too. */
export const grantRead = (secret: Secret, grantee: IGrantable): void => {
  Grant.addToPrincipal({ grantee, actions: ['secretsmanager:GetSecretValue'], resourceArns: [secret.secretArn] });
};
