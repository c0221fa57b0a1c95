import type { Message, MessageAttributeValue } from '@aws-sdk/client-sqs';
import type { SQSBatchResponse, SQSMessageAttribute, SQSRecord } from 'aws-lambda';
import { type InvocationResult, maxPayloadBytes } from '../lambda/function.ts';
import { account } from '../lib/settings.ts';

export function sqsRecord(message: Message, queueArn: string): SQSRecord {
  const { MessageId, ReceiptHandle, Body, MD5OfBody, MD5OfMessageAttributes, Attributes, MessageAttributes } = message;
  return {
    messageId: MessageId ?? '',
    receiptHandle: ReceiptHandle ?? '',
    body: Body ?? '',
    attributes: {
      ApproximateReceiveCount: '1',
      SentTimestamp: '',
      SenderId: '',
      ApproximateFirstReceiveTimestamp: '',
      ...Attributes,
    },
    messageAttributes: Object.fromEntries(
      Object.entries(MessageAttributes ?? {}).map(([name, value]) => [name, messageAttribute(value)]),
    ),
    md5OfBody: MD5OfBody ?? '',
    ...(MD5OfMessageAttributes !== undefined && { md5OfMessageAttributes: MD5OfMessageAttributes }),
    eventSource: 'aws:sqs',
    eventSourceARN: queueArn,
    awsRegion: account.region,
  };
}

function messageAttribute({ StringValue, BinaryValue, DataType }: MessageAttributeValue): SQSMessageAttribute {
  return {
    ...(StringValue !== undefined && { stringValue: StringValue }),
    ...(BinaryValue !== undefined && { binaryValue: Buffer.from(BinaryValue).toString('base64') }),
    stringListValues: [],
    binaryListValues: [],
    dataType: DataType ?? 'String',
  };
}

/** Splits records into batches that fit one invocation. */
export function batches(records: readonly SQSRecord[], batchSize: number): readonly SQSRecord[][] {
  const result: SQSRecord[][] = [];
  let room = 0;
  for (const record of records) {
    const size = sizeOf(record);
    const current = result.at(-1);
    if (current && current.length < batchSize && size <= room) {
      current.push(record);
      room -= size;
    } else {
      result.push([record]);
      room = maxRecordsBytes - size;
    }
  }
  return result;
}

export const sizeOf = (record: SQSRecord): number => Buffer.byteLength(JSON.stringify(record)) + 1;

export const maxRecordsBytes = maxPayloadBytes - '{"Records":[]}'.length;

/**
 * The ids of the messages that were handled and can be deleted.
 * An answer that names a message that is not in the batch fails the whole batch:
 * https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
 */
export function handledIds(result: InvocationResult, ids: readonly string[], reportsItemFailures: boolean) {
  if (!result.succeeded) return [];
  if (!reportsItemFailures) return ids;
  const failures = failedIds(result.payload);
  if (!failures?.every((id) => ids.includes(id))) return [];
  return ids.filter((id) => !failures.includes(id));
}

/** Undefined if the answer cannot be parsed. */
function failedIds(payload: string): readonly string[] | undefined {
  const response: Partial<SQSBatchResponse> | null = JSON.parse(payload);
  const failures: unknown = response?.batchItemFailures ?? [];
  if (!Array.isArray(failures)) return undefined;
  return failures.map((failure: unknown) => String(Object(failure).itemIdentifier));
}
