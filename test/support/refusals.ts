/** What a fake CRM refuses from now on, besides what it always does. A test changes it. */
export type Refusals = {
  /** Somebody deleted these fields of contacts. */
  readonly deletedFields: Set<string>;
  /** Somebody made these fields dropdowns with other options than any that a test writes. */
  readonly dropdowns: Set<string>;
  /** Users who were deleted. */
  readonly goneUsers: Set<string>;
  /** Users who cannot log in any more, to whom some CRMs still assign. */
  readonly inactiveUsers: Set<string>;
  /** Contacts' ids that agents have suspended. */
  readonly suspended: Set<string>;
  /** No two contacts may have one number. */
  keepsPhonesUnique: boolean;
};

export const createRefusals = (): Refusals => ({
  deletedFields: new Set(),
  dropdowns: new Set(),
  goneUsers: new Set(),
  inactiveUsers: new Set(),
  suspended: new Set(),
  keepsPhonesUnique: false,
});
