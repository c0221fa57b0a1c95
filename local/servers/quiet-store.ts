import { type SqsQueue, SqsStore } from '../../node_modules/fauxqs/dist/sqs/sqsStore.js';

/** How often a queue with waiting receivers looks for messages that are visible again, in milliseconds. */
const pollIntervalMs = 250;

/**
 * fauxqs looks fifty times a second. Sent messages are still delivered at once. And it counts messages that are visible again
 * as in flight until somebody receives: nobody ever does from the dead-letter queue.
 */
export class QuietStore extends SqsStore {
  override createQueue(...options: Parameters<SqsStore['createQueue']>): SqsQueue {
    const queue = super.createQueue(...options);
    queue.waitForMessages = (seconds) => waitAt(queue, seconds);
    const getAllAttributes = queue.getAllAttributes.bind(queue);
    queue.getAllAttributes = (names) => {
      queue.processTimers();
      return getAllAttributes(names);
    };
    return queue;
  }
}

function waitAt(queue: SqsQueue, seconds: number): Promise<void> {
  return new Promise((resolve) => {
    const look = setInterval(() => queue.processTimers(), pollIntervalMs);
    const end = () => {
      clearInterval(look);
      clearTimeout(timer);
      queue.pollWaiters = queue.pollWaiters.filter((each) => each !== waiter);
      resolve();
    };
    const timer = setTimeout(end, seconds * 1000);
    // The queue resolves its waiters when a message is sent or becomes visible.
    const waiter = { resolve: end, timer };
    queue.pollWaiters.push(waiter);
  });
}
