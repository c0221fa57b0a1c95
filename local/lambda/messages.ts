import type { FunctionError } from './function.ts';

export type Invocation = {
  readonly requestId: string;
  readonly traceId: string;
  readonly functionArn: string;
  /** When Lambda gives up, in epoch milliseconds. */
  readonly deadline: number;
  readonly event: string;
};

/** `ending`: it did not load, or an error was uncaught. */
export type Report =
  | { readonly kind: 'ready' }
  | { readonly kind: 'ending'; readonly error: FunctionError }
  | { readonly kind: 'answered'; readonly requestId: string; readonly payload: string }
  | { readonly kind: 'failed'; readonly requestId: string; readonly error: FunctionError };

export const isInvocation = (message: unknown): message is Invocation => typeof Object(message).event === 'string';

/** The handler may send messages of its own, which Lambda ignores. */
export const isReport = (message: unknown): message is Report => kinds.has(Object(message).kind);

const kinds: ReadonlySet<unknown> = new Set<Report['kind']>(['ready', 'ending', 'answered', 'failed']);
