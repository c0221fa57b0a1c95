import { CreateQueueCommand, SetQueueAttributesCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { QueueDefinition } from '../template/definitions.ts';

/** Creates the queues that do not exist, and gives all of them the template's attributes. */
export async function provisionQueues(sqs: SQSClient, queues: readonly QueueDefinition[]): Promise<void> {
  for (const { name, attributes } of queues) {
    // Without attributes, so that a queue that exists with others is no conflict.
    const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: name }));
    await sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: attributes }));
  }
}
