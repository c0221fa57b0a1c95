import { CrmError } from '../port/errors.ts';

export type Removal = {
  /** Succeeds if it is already gone. */
  readonly remove: (id: string) => Promise<void>;
  /** Asks the CRM. The recycle bin counts as gone. */
  readonly exists: (id: string) => Promise<boolean>;
};

/**
 * Confirms each removal by reading: an erasure must not forget a record that still exists.
 * @throws CrmError if the CRM still has one
 */
export async function removeAll(ids: readonly string[], { remove, exists }: Removal): Promise<void> {
  for (const id of ids) {
    await remove(id);
    if (await exists(id)) {
      throw new CrmError(`The CRM still has ${id} although it was asked to delete it. It will be tried again.`, {
        kind: 'retryable',
      });
    }
  }
}
