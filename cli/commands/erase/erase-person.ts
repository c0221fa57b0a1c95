import { setTimeout as sleep } from 'node:timers/promises';
import type { CrmAdapter, LogId } from '../../../lambda/crm/adapter.ts';
import { CrmError } from '../../../lambda/crm/errors.ts';
import type { Delivery } from '../../../lambda/delivery/delivery.ts';
import { createErasure } from '../../../lambda/store/erasure.ts';
import { createPersons } from '../../../lambda/store/persons.ts';
import { createRecords } from '../../../lambda/store/records.ts';
import type { Deployment } from '../../lib/deployment/deployment.ts';
import type { Person, PersonChat } from '../../lib/find-person.ts';
import { contactsLeft, type LeftBehind, leftLines, leftOf, perhapsLeft } from './not-erased.ts';
import { findLost, isInDoubt } from './unconfirmed-notes.ts';

export type Erasure = {
  readonly chats: number;
  readonly notes: number;
  readonly bodies: number;
  /** What is left to be done by hand, a line for each destination. */
  readonly left: readonly string[];
  /** What did not work: these chats are still here, so that the same command can be run again. */
  readonly failed: readonly string[];
};

type EraseDependencies = {
  readonly deployment: Pick<Deployment, 'table'>;
  /** The adapter of a destination; undefined for one that is not configured any more. */
  readonly adapterOf: (destination: string) => Promise<CrmAdapter | undefined>;
  readonly now: () => Date;
  /** When it is aborted, the chat that is being erased is the last. */
  readonly signal: AbortSignal;
};

/** Longer than any attempt may take. */
const patienceMs = 90_000;
const pollMs = 1000;
/** By how much this clock may be ahead of those by which leases are given. */
const slackMs = 5000;

/**
 * Erases what was found of a person. A chat is marked first, so that nobody begins to deliver it, and goes only after its
 * notes in the CRMs are gone, since only the ledger knows which they are. The last to go are those by which the others
 * are found.
 */
export async function erasePerson(person: Person, dependencies: EraseDependencies): Promise<Erasure> {
  const { deployment, adapterOf, now, signal } = dependencies;
  const { begin, end } = createErasure(deployment.table, now);
  const records = createRecords(deployment.table);
  const left: LeftBehind[] = [];
  const failed: string[] = [];
  const erased: string[] = [];
  let notes = 0;
  /** Whether one stays that is found by the person's others alone. */
  let othersAreNeeded = false;

  for (const conversationId of person.halfErased) await end(conversationId);
  for (const chat of person.chats.toReversed()) {
    if (signal.aborted) break;
    try {
      await begin(chat.conversationId);
      await removeAllNotes(chat);
      if (othersAreNeeded && chat.foundBy === 'person')
        throw new NotYet('It stays until those are erased that are found by it.');
      await end(chat.conversationId);
      erased.push(chat.conversationId);
    } catch (error) {
      if (!(error instanceof CrmError || error instanceof NotYet)) throw error;
      othersAreNeeded ||= chat.foundBy === 'browser';
      failed.push(`${chat.conversationId}: ${error.message}`);
    }
  }
  // Of what is stopped, the next run tells the rest.
  const bodies = signal.aborted ? [] : person.bodies;
  const contacts = signal.aborted ? [] : person.contacts;
  left.push(...contactsLeft(contacts));
  for (const { remove } of bodies) await remove?.();
  const { forget } = createPersons(deployment.table);
  // What is known of the person serves to erase the rest.
  if (erased.length === person.chats.length) await Promise.all(person.personKeys.map(forget));
  return { chats: erased.length, notes, bodies: bodies.length, left: leftLines(left), failed };

  /** Until nothing is new: who had recorded a copy just before the mark may claim its delivery just after it. */
  async function removeAllNotes(chat: PersonChat): Promise<void> {
    const done = new Set<string>();
    const versionOf = ({ destination, version }: Delivery) => `${destination} ${version}`;
    for (;;) {
      const deliveries = await onceNobodyIsAtIt(chat);
      const fresh = deliveries.filter((delivery) => !done.has(versionOf(delivery)));
      if (fresh.length === 0) return;
      for (const delivery of fresh) await removeNotes(chat, delivery);
      for (const delivery of fresh) done.add(versionOf(delivery));
    }
  }

  /** What the ledger knows of, then what it does not. */
  async function removeNotes(chat: PersonChat, delivery: Delivery): Promise<void> {
    const { destination, logId } = delivery;
    const adapter = await adapterOf(destination);
    left.push(...leftOf(chat.conversationId, delivery, adapter));
    if (logId !== null) await remove(adapter, logId);
    if (!isInDoubt(delivery)) return;
    const lost = await findLost(chat, delivery, { adapter, contacts: person.contacts });
    for (const each of lost.logIds) if (each !== logId) await remove(adapter, each);
    if (lost.isOpen) left.push(...perhapsLeft(chat.conversationId, delivery));
  }

  async function remove(adapter: CrmAdapter | undefined, logId: LogId): Promise<void> {
    if (adapter?.removeConversation === undefined) return;
    await adapter.removeConversation(logId);
    notes += 1;
  }

  async function onceNobodyIsAtIt({ conversationId }: PersonChat): Promise<readonly Delivery[]> {
    for (const end = now().getTime() + patienceMs; ; await sleep(pollMs)) {
      const deliveries = await records.deliveriesOf(conversationId);
      if (
        deliveries.every(({ leaseUntil }) => leaseUntil === null || Date.parse(leaseUntil) < now().getTime() - slackMs)
      )
        return deliveries;
      if (now().getTime() > end) throw new NotYet('It is being delivered all the time.');
    }
  }
}

class NotYet extends Error {
  override readonly name = 'NotYet';
}
