/**
 * What an adapter may throw. The kind is all that the retry policy needs; the message is for the operator, in the
 * vendor's words, and never holds what a visitor typed.
 */
export type CrmFault =
  /** Trying again cannot help: park it. */
  | { readonly kind: 'permanent' }
  /** Trying later will help; `retryAfterMs` is what the vendor asked for. */
  | { readonly kind: 'retryable'; readonly retryAfterMs?: number }
  /** The credentials were refused: an operator must act. */
  | { readonly kind: 'credentials' }
  /** The CRM leads elsewhere: maintenance passes, a new address must be set by an operator. */
  | { readonly kind: 'redirected' };

export class CrmError extends Error {
  override readonly name = 'CrmError';
  readonly fault: CrmFault;
  /** HTTP status, where there was an answer. */
  readonly status: number | undefined;
  /** The request may have taken effect although we saw no good answer: look before writing again. */
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

/** The same failure, of something that was written in part or whole: look before writing again. */
export function inDoubt(error: unknown): unknown {
  if (!(error instanceof CrmError) || error.outcomeUnknown) return error;
  const { message, fault, status, cause } = error;
  return new CrmError(message, fault, { status, outcomeUnknown: true, cause });
}
