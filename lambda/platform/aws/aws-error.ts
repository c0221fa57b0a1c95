import { readBody } from './body.ts';
import type { Answer } from './post.ts';

/** AWS did not do what it was asked to. Named as AWS names the reason: `ConditionalCheckFailedException`. */
export class AwsError extends Error {
  readonly isThrottling: boolean;
  /** Whether it may go well if it is tried again. */
  readonly mayPass: boolean;
  /** What else the answer says of the reason. */
  readonly details: Readonly<Record<string, unknown>>;

  constructor(operation: string, { status, text }: Answer) {
    const details = readBody(text) ?? {};
    const { __type: type, message = details['Message'] } = details;
    const name = nameIn(type);
    const reason = typeof message === 'string' ? message : (name ?? 'nothing that can be read.');
    super(`AWS answered ${status} to ${operation}: ${reason}`);
    this.name = name ?? 'AwsError';
    this.details = details;
    this.isThrottling = status === 429 || throttling.test(this.name);
    this.mayPass = this.isThrottling || status >= 500;
  }
}

/** https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.Errors.html, and SQS's `RequestThrottled` */
const throttling = /Throttl|^(ProvisionedThroughput|RequestLimit)Exceeded/;

/** The reason's name, without the name of the service that may stand before it. */
function nameIn(type: unknown): string | undefined {
  return typeof type === 'string' ? /(\w+)(?:$|:)/.exec(type.slice(type.indexOf('#') + 1))?.[1] : undefined;
}
