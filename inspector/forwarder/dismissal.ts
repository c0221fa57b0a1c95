import type { Delivery, Dismissal } from '../../lambda/delivery/delivery.ts';
import type { Ledger } from '../../lambda/delivery/ports.ts';
import { dismiss, undoDismissal } from '../../lambda/delivery/state-machine.ts';
import type { Records } from '../../lambda/store/records.ts';
import type { createRejectedBodies } from '../../lambda/store/rejected.ts';

export type DismissalResult = {
  /** Null for a rejected body. */
  readonly destination: string | null;
  /** Why it was left alone; completes a sentence. */
  readonly why: string | null;
};

type Dependencies = {
  readonly records: Pick<Records, 'deliveriesOf'>;
  readonly ledger: Pick<Ledger, 'write'>;
  readonly bodies: Pick<ReturnType<typeof createRejectedBodies>, 'dismiss' | 'undoDismissal'>;
  readonly now: () => Date;
};

/** Dismisses the deliveries of a chat, or a rejected body by its whole id; or undoes that. */
export function createChangeDismissal({ records, ledger, bodies, now }: Dependencies) {
  /** @param dismissal undefined to undo one */
  return async (
    id: string,
    dismissal: Omit<Dismissal, 'at'> | undefined,
    destination?: string,
  ): Promise<readonly DismissalResult[]> => {
    if (!id.includes(':')) return [await changeBody(id, dismissal)];
    const all = await records.deliveriesOf(id);
    const meant = all.filter((each) => destination === undefined || each.destination === destination);
    const results = await Promise.all(meant.map((each) => changeDelivery(id, each, dismissal)));
    const changed = results.filter(({ why }) => why === null);
    // Destinations with nothing to dismiss are reported only if no other could be changed.
    return changed.length > 0 ? changed : results;
  };

  async function changeBody(id: string, dismissal: Omit<Dismissal, 'at'> | undefined): Promise<DismissalResult> {
    const isChanged =
      dismissal === undefined
        ? await bodies.undoDismissal(id)
        : await bodies.dismiss(id, { ...dismissal, at: now().toISOString() });
    return { destination: null, why: isChanged ? null : `is ${dismissal ? 'dismissed already' : 'not dismissed'}` };
  }

  async function changeDelivery(
    id: string,
    known: Delivery,
    dismissal: Omit<Dismissal, 'at'> | undefined,
  ): Promise<DismissalResult> {
    const { destination } = known;
    const changed = dismissal === undefined ? undoDismissal(known, now()) : dismiss(known, now(), dismissal);
    if (changed.kind === 'refused') return { destination, why: changed.why };
    const isWritten = await ledger.write(id, changed.delivery);
    return { destination, why: isWritten ? null : 'has changed in the meantime' };
  }
}
