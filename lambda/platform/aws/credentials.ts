import { requiredEnv } from '../env.ts';

export type Credentials = {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
};

/**
 * A function has its role's credentials in its environment, for as long as it lives
 * (https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html), and nowhere else.
 */
export function environmentCredentials(): Credentials {
  const { AWS_SESSION_TOKEN: sessionToken } = process.env;
  return {
    accessKeyId: requiredEnv('AWS_ACCESS_KEY_ID'),
    secretAccessKey: requiredEnv('AWS_SECRET_ACCESS_KEY'),
    ...(sessionToken !== undefined && { sessionToken }),
  };
}
