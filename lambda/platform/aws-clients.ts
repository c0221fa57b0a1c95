import { Readable } from 'node:stream';
import type { DynamoDBClientConfig } from '@aws-sdk/client-dynamodb';
import { HttpResponse } from '@smithy/core/protocols';
import { requiredEnv } from './env.ts';
import { RequestHandler } from './request-handler.ts';

type Service = 'SQS' | 'DYNAMODB' | 'SECRETS_MANAGER';

export type CallLimits = { readonly maxAttempts: number; readonly requestTimeoutMs: number };

/** No call may hold a batch until the function is stopped. */
const defaultLimits: CallLimits = { maxAttempts: 3, requestTimeoutMs: 8_000 };

/** Leaves nothing for the SDK to look up: each client would search for files that a function does not have. */
export function awsClientOptions(service: Service, { maxAttempts, requestTimeoutMs }: CallLimits = defaultLimits) {
  const { AWS_SESSION_TOKEN: sessionToken, AWS_ENDPOINT_URL } = process.env;
  const endpoint = process.env[`AWS_ENDPOINT_URL_${service}`] || AWS_ENDPOINT_URL;
  return {
    region: requiredEnv('AWS_REGION'),
    credentials: {
      accessKeyId: requiredEnv('AWS_ACCESS_KEY_ID'),
      secretAccessKey: requiredEnv('AWS_SECRET_ACCESS_KEY'),
      ...(sessionToken && { sessionToken }),
    },
    ...(endpoint ? { endpoint } : { ignoreConfiguredEndpointUrls: true }),
    maxAttempts,
    retryMode: 'standard',
    requestHandler: new RequestHandler({ connectionTimeoutMs: 1_000, requestTimeoutMs, now: Date.now }),
    defaultsMode: 'legacy',
    accountIdEndpointMode: 'disabled',
    useDualstackEndpoint: false,
    useFipsEndpoint: false,
    authSchemePreference: [],
    disableClockSkewCorrection: false,
    userAgentAppId: async () => undefined,
  } satisfies DynamoDBClientConfig;
}

/** Sends nothing. A call while the function starts on a full core saves the first real call 100 ms. */
export const warmUpOptions = (service: Service) => ({
  ...awsClientOptions(service),
  requestHandler: {
    handle: async () => {
      const body = Readable.from([Buffer.from('{}')]);
      return { response: new HttpResponse({ statusCode: 200, headers: {}, body }) };
    },
  },
});
