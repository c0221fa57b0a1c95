/** The kind decides the retry policy. The message quotes the vendor, and never contains what a visitor typed. */
export type CrmFault =
  /** Retrying cannot help: park it. */
  | { readonly kind: 'permanent' }
  /** `retryAfterMs` comes from the vendor. */
  | { readonly kind: 'retryable'; readonly retryAfterMs?: number }
  /** Refused credentials: an operator must act. */
  | { readonly kind: 'credentials' }
  /** A redirect: either maintenance, or an operator must set the new address. */
  | { readonly kind: 'redirected' }
  /** The CRM's staff have suspended this person, so nothing is delivered. */
  | { readonly kind: 'suspended' };

/**
 * Our name for a refused field. `field` is one of the configuration's `fields`, `changes` all changes of an existing
 * contact.
 */
export type RefusedPart =
  | 'email'
  | 'phone'
  | 'name'
  | 'company'
  | 'country'
  | 'customerId'
  | 'owner'
  | 'unusable'
  | 'changes'
  | 'field';

/** A field that the CRM did not take. Contains nothing that a visitor typed. */
export type Refusal = {
  readonly part: RefusedPart;
  /** The vendor's name for it. */
  readonly field: string;
  /** The vendor's code. */
  readonly code: string;
  /** The CRM has no such field, so it refuses everybody's. */
  readonly isUnknownField?: true;
};

type CrmErrorOptions = {
  readonly status?: number | undefined;
  readonly outcomeUnknown?: boolean;
  readonly vendor?: string | undefined;
  readonly refused?: readonly Refusal[];
  readonly isLookUp?: boolean;
  readonly contactId?: string | undefined;
  readonly cause?: unknown;
};

export class CrmError extends Error {
  override readonly name = 'CrmError';
  readonly fault: CrmFault;
  readonly status: number | undefined;
  /** The request may have taken effect: look before writing again. */
  readonly outcomeUnknown: boolean;
  readonly vendor: string | undefined;
  /** The fields that a permanent refusal names. */
  readonly refused: readonly Refusal[];
  /** The call only looked something up. */
  readonly isLookUp: boolean;
  /** The contact that was found or created before the rest was refused. */
  readonly contactId: string | undefined;

  constructor(message: string, fault: CrmFault, options: CrmErrorOptions = {}) {
    super(message, { cause: options.cause });
    this.fault = fault;
    this.status = options.status;
    this.outcomeUnknown = options.outcomeUnknown ?? false;
    this.vendor = options.vendor;
    this.refused = options.refused ?? [];
    this.isLookUp = options.isLookUp ?? false;
    this.contactId = options.contactId;
  }

  with(changes: Pick<CrmErrorOptions, 'outcomeUnknown' | 'contactId' | 'refused'>): CrmError {
    return new CrmError(this.message, this.fault, { ...this, ...changes });
  }
}

/** Marks an error as `outcomeUnknown`, because something was already written. */
export function inDoubt(error: unknown): unknown {
  if (!(error instanceof CrmError) || error.outcomeUnknown) return error;
  return error.with({ outcomeUnknown: true });
}
