import { depthOf } from '../../lib/bulk.ts';
import { createPutBackDeadLetters } from './put-back.ts';
import type { Deployment } from '../../lib/deployment/deployment.ts';
import { Interrupted } from '../../lib/terminal/errors.ts';
import { abortOnInterrupt } from '../../lib/terminal/interrupt.ts';
import { confirmMany } from '../../lib/terminal/confirm.ts';
import { print, printJson } from '../../lib/terminal/output.ts';
import { startProgress } from '../../lib/terminal/progress.ts';

type Options = { readonly dryRun?: true; readonly yes?: true; readonly json?: true };

/** Puts what is in the dead-letter queue back on the queue. */
export async function putBackDeadLetters(deployment: Deployment, options: Options): Promise<void> {
  const { sqs, outputs } = deployment;
  const { messages } = await depthOf(deployment, outputs.DeadLetterQueueUrl);
  if (options.dryRun || messages === 0) {
    return tell(
      `${counted(messages)} in the dead-letter queue. Nothing was changed.`,
      { deadLetters: messages },
      options,
    );
  }
  await confirmMany(messages, `Put ${counted(messages)} back on the queue`, options);
  const putBack = createPutBackDeadLetters({
    sqs,
    queueUrl: outputs.QueueUrl,
    deadLetterQueueUrl: outputs.DeadLetterQueueUrl,
  });
  const { signal, release } = abortOnInterrupt();
  const progress = startProgress(messages);
  let moved = 0;
  try {
    // No more than were there: one that comes back at once must not go round for ever.
    while (!signal.aborted && moved < messages) {
      const count = await putBack();
      if (count === 0) break;
      moved += count;
      for (let each = 0; each < count; each += 1) progress.advance();
    }
  } finally {
    progress.stop();
    release();
  }
  tell(`${counted(moved)} put back on the queue.`, { putBack: moved }, options);
  if (signal.aborted) throw new Interrupted('Stopped. Run the same again for the rest.');
}

function tell(text: string, value: object, { json }: Options): void {
  if (json) printJson(value);
  else print(text);
}

const counted = (count: number) => `${count} ${count === 1 ? 'message' : 'messages'}`;
