import { setTimeout as sleepFor } from 'node:timers/promises';
import { AwsError } from './aws-error.ts';
import { readBody } from './body.ts';
import type { Credentials } from './credentials.ts';
import type { Service } from './endpoint.ts';
import { createPost, type Timeouts } from './post.ts';
import { createSigner } from './signature.ts';

/** How long to try. */
export type Hurry = Timeouts & { readonly attempts: number };

/**
 * What says nothing is asked again after eight seconds and given up after three tries, so that no call holds a batch until
 * the function is stopped. A batch of a hundred waits for its turn at fifty connections, too.
 */
const unhurried: Hurry = { attempts: 3, connectionTimeoutMs: 1_000, requestTimeoutMs: 8_000 };

export type AwsOptions = {
  readonly service: Service;
  readonly region: string;
  /** The origin of the service: `endpointOf` knows it. */
  readonly endpoint: string;
  readonly credentials: () => Credentials | Promise<Credentials>;
  readonly hurry?: Hurry;
  readonly now?: () => Date;
  /** Waits so many milliseconds. */
  readonly sleep?: (milliseconds: number) => Promise<unknown>;
  /** From 0 to 1. */
  readonly random?: () => number;
};

/**
 * Asks a service of AWS to do something, and answers what it answers.
 * @throws AwsError, or what the network threw, after further tries where they may help
 */
export type AwsCall = (operation: string, input: object) => Promise<Readonly<Record<string, unknown>>>;

/** What stands before an operation's name, and the version of JSON that the service speaks. */
const protocols: Readonly<Record<Service, { readonly target: string; readonly json: string }>> = {
  dynamodb: { target: 'DynamoDB_20120810', json: '1.0' },
  sqs: { target: 'AmazonSQS', json: '1.0' },
  secretsmanager: { target: 'secretsmanager', json: '1.1' },
};

/**
 * AWS's JSON protocol (https://smithy.io/2.0/aws/protocols/aws-json-1_0-protocol.html), and no more of it than is needed
 * here. The SDK's own clients take four times as long for a call, and would be most of a cold start. They also pass on the
 * trace by which Lambda stops a function that has fed its own queue 16 times
 * (https://docs.aws.amazon.com/lambda/latest/dg/invocation-recursion.html): deliver does so on purpose.
 */
export function createAwsCall(options: AwsOptions): AwsCall {
  const { service, region, endpoint, credentials, hurry = unhurried } = options;
  const { now = () => new Date(), sleep = sleepFor, random = Math.random } = options;
  const { target, json } = protocols[service];
  const sign = createSigner({ host: new URL(endpoint).host, region, service });
  const post = createPost(endpoint, hurry);

  return async (operation, input) => {
    const body = JSON.stringify(input);
    const headers = { 'content-type': `application/x-amz-json-${json}`, 'x-amz-target': `${target}.${operation}` };
    for (let attempt = 1; ; attempt += 1) {
      try {
        const answer = await post(sign(headers, body, await credentials(), now()), body);
        const said = readBody(answer.text);
        if (answer.status === 200 && said !== undefined) return said;
        throw new AwsError(operation, answer);
      } catch (error) {
        if (attempt >= hurry.attempts || !mayPass(error)) throw error;
        await sleep(random() * longestPause(error, attempt));
      }
    }
  };
}

/** A mistake of ours, or credentials that are not to be had, would be the same again. */
const mayPass = (error: unknown) =>
  error instanceof AwsError ? error.mayPass : passing.has(String(Object(error).code));

/** What Node.js calls the network's troubles. */
const passing: ReadonlySet<string> = new Set([
  'EAI_AGAIN',
  'ECONNREFUSED',
  'ECONNRESET',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EPIPE',
  'ETIMEDOUT',
]);

/** The SDK's own, in its standard mode: twice as long after each attempt, and any part of it. */
const longestPause = (error: unknown, attempt: number) =>
  Math.min(20_000, (error instanceof AwsError && error.isThrottling ? 1_000 : 50) * 2 ** (attempt - 1));
