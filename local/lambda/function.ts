export type FunctionDefinition = {
  readonly name: string;
  readonly arn: string;
  /** A short name for people, from its place in infra/. */
  readonly label: string;
  readonly codeDirectory: string;
  readonly handler: string;
  readonly timeoutSeconds: number;
  readonly memoryMegabytes: number;
  readonly reservedConcurrency: number | undefined;
  readonly environment: Readonly<Record<string, string>>;
};

/** Lambda's answer for a failed invocation; `trace` if the handler threw. */
export type FunctionError = {
  readonly errorType: string;
  readonly errorMessage: string;
  readonly trace?: readonly string[];
};

export type InvocationResult =
  | { readonly succeeded: true; readonly payload: string }
  | { readonly succeeded: false; readonly error: FunctionError };

export const failed = (errorType: string, errorMessage: string): InvocationResult => ({
  succeeded: false,
  error: { errorType, errorMessage },
});

/** Lambda's limit for a synchronous payload in either direction, in bytes. */
export const maxPayloadBytes = 6 * 1024 * 1024;

export const tooLarge = () => failed('RequestTooLargeException', `The event is over ${maxPayloadBytes} bytes.`);

/** Whether the event was too large to reach the function. */
export const isTooLarge = (result: InvocationResult) =>
  !result.succeeded && result.error.errorType === 'RequestTooLargeException';

export type Invocation = {
  readonly requestId: string;
  readonly traceId: string;
  readonly functionArn: string;
  /** When Lambda gives up, in epoch milliseconds. */
  readonly deadline: number;
  readonly event: string;
};

/** `ending`: the handler did not load, or threw an uncaught error. */
export type Report =
  | { readonly kind: 'ready' }
  | { readonly kind: 'ending'; readonly error: FunctionError }
  | { readonly kind: 'answered'; readonly requestId: string; readonly payload: string }
  | { readonly kind: 'failed'; readonly requestId: string; readonly error: FunctionError };

export const isInvocation = (message: unknown): message is Invocation => typeof Object(message).event === 'string';

/** The handler may send messages of its own, which Lambda ignores. */
export const isReport = (message: unknown): message is Report => kinds.has(Object(message).kind);

const kinds: ReadonlySet<unknown> = new Set<Report['kind']>(['ready', 'ending', 'answered', 'failed']);
