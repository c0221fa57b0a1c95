/** The kind decides the retry policy. The message quotes the vendor, and never contains what a visitor typed. */
export type CrmFault =
  /** Retrying cannot help: park it. */
  | { readonly kind: 'permanent' }
  /** `retryAfterMs` is what the vendor asked for. */
  | { readonly kind: 'retryable'; readonly retryAfterMs?: number }
  /** Refused credentials: an operator must act. */
  | { readonly kind: 'credentials' }
  /** A redirect: either maintenance, or an operator must set the new address. */
  | { readonly kind: 'redirected' };

export class CrmError extends Error {
  override readonly name = 'CrmError';
  readonly fault: CrmFault;
  readonly status: number | undefined;
  /** The request may have taken effect: look before writing again. */
  readonly outcomeUnknown: boolean;

  constructor(
    message: string,
    fault: CrmFault,
    options: { readonly status?: number | undefined; readonly outcomeUnknown?: boolean; readonly cause?: unknown } = {},
  ) {
    super(message, { cause: options.cause });
    this.fault = fault;
    this.status = options.status;
    this.outcomeUnknown = options.outcomeUnknown ?? false;
  }
}

/** Marks an error as `outcomeUnknown`, because something was already written. */
export function inDoubt(error: unknown): unknown {
  if (!(error instanceof CrmError) || error.outcomeUnknown) return error;
  const { message, fault, status, cause } = error;
  return new CrmError(message, fault, { status, outcomeUnknown: true, cause });
}
