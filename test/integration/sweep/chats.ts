import { aHookBody } from '../../fixtures/hook-body.ts';

export const chat = (id: number, words = 'Hello') =>
  JSON.stringify(aHookBody({ channel: { id }, messages: [{ type: 'visitor', content: words }] }));

/** What a sweep says of itself that had nothing to do. */
export const nothing = { spooled: 0, due: 0, orphaned: 0 };

/** What is measured if nothing waits. */
export const atRest = { ParkedNow: 0, PendingNow: 0, OldestPendingSeconds: 0 };
