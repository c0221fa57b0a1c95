import { CrmError } from '../port/errors.ts';

/** How one CRM removes what a log is made of. */
export type Removal = {
  /** No matter if it is gone already. */
  readonly remove: (id: string) => Promise<void>;
  /** Asks the CRM itself. What lies in its bin counts as gone. */
  readonly exists: (id: string) => Promise<boolean>;
};

/**
 * Removes these, and reads each afterwards: for an erasure an answer is not enough, since only what is known to be there
 * can be removed later.
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
