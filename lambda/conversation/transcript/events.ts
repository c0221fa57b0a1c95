import type { Say } from './words.ts';

/** Whether it was the visitor who did it, where the message names nobody. */
export const isOfVisitor = (code: string) => code.startsWith('close.visitor');

/**
 * A system message's code in words. Only two codes are documented, and the set is open: another is shown as it came.
 */
export function eventInWords(code: string, name: string, say: Say): string {
  switch (code) {
    case 'agent.join':
      return say('event.agentJoined', { name });
    case 'close.visitorClose':
      return say('event.visitorClosed', { name });
    default:
      return `${name}${say('layout.colon')}${code}`;
  }
}
