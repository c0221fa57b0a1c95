import type { FunctionError } from './function.ts';

/** What an instance is given to do. */
export type Invocation = {
  readonly requestId: string;
  readonly traceId: string;
  readonly functionArn: string;
  /** Epoch milliseconds at which Lambda gives up. */
  readonly deadline: number;
  readonly event: string;
};

/**
 * What an instance tells the stack: that it is loaded, what has come of an event, or why it ends: it did not load, or
 * threw where nothing could catch it.
 */
export type Report =
  | { readonly kind: 'ready' }
  | { readonly kind: 'ending'; readonly error: FunctionError }
  | { readonly kind: 'answered'; readonly requestId: string; readonly payload: string }
  | { readonly kind: 'failed'; readonly requestId: string; readonly error: FunctionError };

export const isInvocation = (message: unknown): message is Invocation => typeof Object(message).event === 'string';

/** A handler may send messages of its own, though nobody listens to them on Lambda. */
export const isReport = (message: unknown): message is Report => kinds.has(Object(message).kind);

const kinds: ReadonlySet<unknown> = new Set<Report['kind']>(['ready', 'ending', 'answered', 'failed']);
