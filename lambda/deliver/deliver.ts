import { createHandleMessage, type HandleMessageDependencies, type Redelivery } from './handle-message.ts';

export type DeliverDependencies = HandleMessageDependencies & {
  /** Whether a message may be so large that it must be handled alone. */
  readonly isHeavy: (message: string) => boolean;
};

/** An isolated message needs this much time left to start. */
const minTimeLeftMs = 30_000;

/**
 * Handles a batch's messages side by side. Large messages, and those during which a process died, follow one at a time,
 * so that a crash affects nothing else. A promise rejects with what the store throws.
 */
export function createDeliver(dependencies: DeliverDependencies) {
  const { isHeavy, now } = dependencies;

  return (messages: readonly string[], deadline: Date): readonly Promise<Redelivery | undefined>[] => {
    const participants = messages.filter((message) => !isHeavy(message)).length;
    const handle = createHandleMessage(dependencies, { participants, deadline, isIsolated: false });
    const handled = messages.map((message) => (isHeavy(message) ? isolate : handle(message)));

    const handleIsolated = async (message: string): Promise<Redelivery | undefined> => {
      const atOnce = { at: now(), isListed: false };
      if (deadline.getTime() - now().getTime() < minTimeLeftMs) return atOnce;
      const visit = await createHandleMessage(dependencies, { participants: 1, deadline, isIsolated: true })(message);
      return visit === 'isolate' ? atOnce : visit;
    };
    let previous: Promise<unknown> = Promise.allSettled(handled);
    return messages.map(async (message, at) => {
      const visit = await handled[at];
      if (visit !== 'isolate') return visit;
      const turn = previous.then(() => handleIsolated(message));
      previous = turn.catch(() => {});
      return turn;
    });
  };
}

const isolate = Promise.resolve('isolate' as const);
