import prices from '../prices.json' with { type: 'json' };

/** What a chat takes of what AWS counts. */
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
  /** To the CRM and to the caller of the hook, over the internet. */
  readonly kilobytesOut: number;
};

const million = 1_000_000;

/** Dollars for a million chats, by what they are for, given what one takes. */
export function bill(usage: Usage) {
  const { lambda, apiGateway, sqs, dynamodb, cloudwatch, dataTransfer } = prices;
  return {
    'front door':
      usage.hooks * Math.ceil(usage.hookKilobytes / apiGateway.kilobytesPerRequest) * apiGateway.millionHttpApiRequests,
    queue: usage.queueRequests * sqs.millionRequests,
    functions:
      usage.invocations * lambda.millionRequests + usage.gigabyteSeconds * million * lambda.gigabyteSecondArm64,
    table: usage.writeUnits * dynamodb.millionWriteUnits + usage.readUnits * dynamodb.millionReadUnits,
    log: (usage.logKilobytes / 2 ** 20) * million * cloudwatch.logGigabyteIngested,
    'data out': (usage.kilobytesOut / 2 ** 20) * million * dataTransfer.gigabyteOut,
  };
}

export const dollars = (usage: Usage) => Object.values(bill(usage)).reduce((sum, part) => sum + part, 0);

/** SQS counts each 64 KB of what is sent or received at once. */
export const queueRequestsOf = (kilobytes: number) =>
  Math.max(1, Math.ceil(kilobytes / prices.sqs.kilobytesPerRequest));

/** Lambda gives a whole core at 1,769 MB (https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html). */
const shareOfCore = (megabytes: number) => Math.min(1, megabytes / 1_769);

/** Milliseconds that an invocation lasts which takes so much of a whole core, and waits beside that. */
export const billedMs = (cpuMs: number, waitMs: number, megabytes: number) => cpuMs / shareOfCore(megabytes) + waitMs;

export const gigabyteSeconds = (milliseconds: number, megabytes: number) => (milliseconds / 1000) * (megabytes / 1024);

export const priceList = prices;
