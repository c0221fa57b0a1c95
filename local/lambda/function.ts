/** A function as the template describes it, with everything resolved. */
export type FunctionDefinition = {
  readonly name: string;
  readonly arn: string;
  /** Short, for people: by its place in infra/. */
  readonly label: string;
  /** The directory that holds the bundle: `LAMBDA_TASK_ROOT`. */
  readonly codeDirectory: string;
  /** `file.export`, as in the template. */
  readonly handler: string;
  readonly timeoutSeconds: number;
  readonly memoryMegabytes: number;
  readonly reservedConcurrency: number | undefined;
  readonly environment: Readonly<Record<string, string>>;
};

/** What Lambda answers when a function failed; `trace` where the handler threw. */
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

/** Lambda's limit on a synchronous invocation's payload, in bytes, in either direction. */
export const maxPayloadBytes = 6 * 1024 * 1024;

export const tooLarge = () => failed('RequestTooLargeException', `The event is over ${maxPayloadBytes} bytes.`);

/** The event never reached the function: that is the caller's fault. */
export const isTooLarge = (result: InvocationResult) =>
  !result.succeeded && result.error.errorType === 'RequestTooLargeException';
