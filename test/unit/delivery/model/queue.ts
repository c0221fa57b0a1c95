import type { OpenedMessage } from '../../../../lambda/queue/envelope.ts';

export type Message = {
  readonly content: Extract<OpenedMessage, { readonly kind: 'hook' | 'chat' }>;
  readonly isHeavy: boolean;
  visibleAt: number;
  /** When it was handed out first. */
  receivedAt: number | undefined;
  isDone: boolean;
};

/** A queue in memory, which mostly hands out what is visible. */
export function createQueue(now: () => number) {
  const messages: Message[] = [];
  return {
    put: (content: Message['content'], isHeavy = false) => {
      messages.push({ content, isHeavy, visibleAt: now(), receivedAt: undefined, isDone: false });
    },
    /** The nth that was ever put, or one that is there. */
    at: (index: number): Message | undefined => messages[index % messages.length],
    left: (): readonly Message[] => messages.filter(({ isDone }) => !isDone),
    visible: (): readonly Message[] => messages.filter(({ isDone, visibleAt }) => !isDone && visibleAt <= now()),
    /** When the last of the hooks came. */
    lastHookAt: () =>
      Math.max(...messages.map(({ content, receivedAt }) => (content.kind === 'hook' ? (receivedAt ?? now()) : 0))),
  };
}
