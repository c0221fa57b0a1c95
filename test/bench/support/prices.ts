import prices from '../prices.json' with { type: 'json' };

/** What a million chats take of what AWS counts. */
export type Usage = {
  /** Of the HTTP API. */
  readonly hooks: number;
  readonly hookKilobytes: number;
  readonly queueRequests: number;
  readonly invocations: number;
  readonly gigabyteSeconds: number;
  readonly writeUnits: number;
  readonly readUnits: number;
  readonly logKilobytes: number;
};

/** Dollars for a million chats, given what one takes. */
export function dollars(usage: Usage): number {
  const { lambda, apiGateway, sqs, dynamodb, cloudwatch } = prices;
  const million = 1_000_000;
  return (
    usage.hooks * Math.ceil(usage.hookKilobytes / apiGateway.kilobytesPerRequest) * apiGateway.millionHttpApiRequests +
    usage.queueRequests * sqs.millionRequests +
    usage.invocations * lambda.millionRequests +
    usage.gigabyteSeconds * million * lambda.gigabyteSecondArm64 +
    usage.writeUnits * dynamodb.millionWriteUnits +
    usage.readUnits * dynamodb.millionReadUnits +
    (usage.logKilobytes / 2 ** 20) * million * cloudwatch.logGigabyteIngested
  );
}

/** SQS counts each 64 KB of what is sent or received at once. */
export const queueRequestsOf = (kilobytes: number) =>
  Math.max(1, Math.ceil(kilobytes / prices.sqs.kilobytesPerRequest));

/** Lambda gives a whole core at 1,769 MB (https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html). */
const shareOfCore = (megabytes: number) => Math.min(1, megabytes / 1_769);

/** Milliseconds that an invocation lasts which takes so much of a whole core, and waits beside that. */
export const billedMs = (cpuMs: number, waitMs: number, megabytes: number) => cpuMs / shareOfCore(megabytes) + waitMs;

export const gigabyteSeconds = (milliseconds: number, megabytes: number) => (milliseconds / 1000) * (megabytes / 1024);

export const priceList = prices;
