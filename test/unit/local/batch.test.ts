import { describe, expect, test } from '@jest/globals';
import { failed } from '../../../local/lambda/function.ts';
import { batches, handledIds, sqsRecord } from '../../../local/triggers/batch.ts';

const record = (messageId: string, body = '') => sqsRecord({ MessageId: messageId, Body: body }, 'arn:queue');
const answered = (response: unknown) => ({ succeeded: true, payload: JSON.stringify(response) }) as const;
const failures = (...ids: readonly unknown[]) =>
  answered({ batchItemFailures: ids.map((itemIdentifier) => ({ itemIdentifier })) });

test('a message becomes a record of the shape that Lambda hands over', () => {
  const message = {
    MessageId: 'id',
    ReceiptHandle: 'handle',
    Body: 'body',
    MD5OfBody: 'md5',
    Attributes: {
      ApproximateReceiveCount: '2',
      SentTimestamp: '1',
      ApproximateFirstReceiveTimestamp: '3',
      SenderId: 's',
    },
    MessageAttributes: {
      text: { DataType: 'String', StringValue: 'a' },
      bytes: { DataType: 'Binary', BinaryValue: new Uint8Array([1, 2]) },
    },
  };
  expect(sqsRecord(message, 'arn:queue')).toEqual({
    messageId: 'id',
    receiptHandle: 'handle',
    body: 'body',
    attributes: message.Attributes,
    messageAttributes: {
      text: { dataType: 'String', stringValue: 'a', stringListValues: [], binaryListValues: [] },
      bytes: { dataType: 'Binary', binaryValue: 'AQI=', stringListValues: [], binaryListValues: [] },
    },
    md5OfBody: 'md5',
    eventSource: 'aws:sqs',
    eventSourceARN: 'arn:queue',
    awsRegion: 'us-east-1',
  });
});

describe('batches', () => {
  test('hold no more records than the batch size', () => {
    const sizes = batches(
      ['1', '2', '3', '4', '5'].map((id) => record(id)),
      2,
    ).map(({ length }) => length);
    expect(sizes).toEqual([2, 2, 1]);
    expect(batches([], 10)).toEqual([]);
  });

  test('fit in an event, however the bodies grow when they are escaped', () => {
    const records = Array.from({ length: 10 }, (_, index) => record(String(index), '"'.repeat(1024 * 1024)));
    const split = batches(records, 10);
    expect(split.flat()).toEqual(records);
    expect(split.map(({ length }) => length)).toEqual([2, 2, 2, 2, 2]);
    for (const Records of split) expect(Buffer.byteLength(JSON.stringify({ Records }))).toBeLessThan(6 * 1024 * 1024);
  });
});

describe('handledIds', () => {
  const ids = ['a', 'b', 'c'];

  test.each([
    ['no failures', answered({ batchItemFailures: [] }), ids],
    ['null', answered(null), ids],
    ['an empty answer', answered({}), ids],
    ['null failures', answered({ batchItemFailures: null }), ids],
    ['some failures', failures('b'), ['a', 'c']],
    ['all failures', failures('a', 'b', 'c'), []],
    ['an id of no message', failures('b', 'x'), []],
    ['an empty id', failures(''), []],
    ['a null id', failures(null), []],
    ['a wrong key', answered({ batchItemFailures: [{ id: 'a' }] }), []],
    ['failures that are no list', answered({ batchItemFailures: 'b' }), []],
    ['a failed invocation', failed('Error', 'x'), []],
  ])('%s', (_name, result, expected) => {
    expect(handledIds(result, ids, true)).toEqual(expected);
  });

  test('goes by success alone where the mapping reports no failures', () => {
    expect(handledIds(failures('b'), ids, false)).toEqual(ids);
    expect(handledIds(failed('Error', 'x'), ids, false)).toEqual([]);
  });
});
