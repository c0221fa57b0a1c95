import { setTimeout as sleep } from 'node:timers/promises';
import { chatMaker } from '../support/chats.ts';
import type { Stage } from '../support/stage.ts';

export type QueueAway = {
  /** What chats were answered while the queue said nothing, while it was dying, and while the table said nothing either. */
  readonly silent: readonly number[];
  readonly dying: readonly number[];
  readonly bothSilent: readonly number[];
  /** And when both were back. */
  readonly after: readonly number[];
};

/** So many at once as there may be processes of a function here. */
const atOnce = 4;

/** The queue goes silent, dies again and again, and goes silent together with the table. */
export async function queueAway({ stack, sender }: Stage): Promise<QueueAway> {
  const make = chatMaker('away');
  const send = async (count: number) => {
    const chats = Array.from({ length: count }, () => make());
    await Promise.all(chats.map((chat) => sender.send(chat)));
    return chats.flatMap(({ id }) => sender.sent.get(id)?.statuses ?? []);
  };
  await send(20);

  stack.signal('sqs', 'SIGSTOP');
  const silent = await send(atOnce);
  stack.signal('sqs', 'SIGCONT');

  const dying: number[] = [];
  for (let times = 0; times < 10; times += 1) {
    stack.signal('sqs', 'SIGKILL');
    dying.push(...(await send(3)));
    await sleep(200);
  }

  stack.signal('sqs', 'SIGSTOP');
  stack.signal('dynamodb', 'SIGSTOP');
  const bothSilent = await send(atOnce);
  stack.signal('dynamodb', 'SIGCONT');
  stack.signal('sqs', 'SIGCONT');
  return { silent, dying, bothSilent, after: await send(atOnce) };
}
