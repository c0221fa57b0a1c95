/**
 * What an answer says; undefined where nobody can read it. One without a word is as good as `{}`: SQS says nothing more
 * where an operation has nothing to tell
 * (https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ChangeMessageVisibility.html).
 */
export function readBody(text: string): Readonly<Record<string, unknown>> | undefined {
  if (text === '') return {};
  try {
    return Object(JSON.parse(text));
  } catch {
    return undefined;
  }
}
