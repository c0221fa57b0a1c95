import { setTimeout as sleep } from 'node:timers/promises';
import type { Instant } from '../../../lambda/conversation/model.ts';
import type { CrmAdapter, LogId } from '../../../lambda/crm/port/adapter.ts';
import { removeAll } from '../../../lambda/crm/port/batch.ts';
import { CrmError } from '../../../lambda/crm/port/errors.ts';
import { type Delivery, isAhead } from '../../../lambda/delivery/delivery.ts';
import { unknownOutcomeDelay } from '../../../lambda/delivery/failures.ts';
import { readConversation } from '../../../lambda/smartsupp/body.ts';
import { createPersons } from '../../../lambda/store/contacts.ts';
import { createErasure } from '../../../lambda/store/erasure.ts';
import { chatPartition, personPartition } from '../../../lambda/store/keys.ts';
import { createRecords } from '../../../lambda/store/records.ts';
import { createErasureJournal } from '../../../lambda/store/restored.ts';
import type { Deployment } from '../../lib/deployment/deployment.ts';
import { forgetOtherSource } from '../../lib/person/other-source.ts';
import type { Person, PersonChat } from '../../lib/person/person.ts';
import {
  canFindNotes,
  findUnconfirmedNotes,
  isInDoubt,
  keptContacts,
  keptParts,
  maybeKept,
  type NotErased,
  notErasedLines,
} from './not-erased.ts';

export type Erasure = {
  readonly chats: number;
  readonly notes: number;
  readonly bodies: number;
  /** The destinations from which notes were removed. */
  readonly removedFrom: readonly string[];
  /** Parts to be removed by hand, a line for each destination. */
  readonly left: readonly string[];
  /** These chats are kept, so that the command can be repeated. */
  readonly failed: readonly string[];
};

type EraseDependencies = {
  readonly deployment: Pick<Deployment, 'table' | 'erasures'>;
  /** Undefined for a destination that is no longer configured. */
  readonly adapterOf: (destination: string) => Promise<CrmAdapter | undefined>;
  readonly now: () => Date;
  /** Called with what is left of a chat before it is deleted: then nothing here knows of it any more. */
  readonly tellLeft: (lines: readonly string[]) => void;
  /** Once aborted, no further chat is erased. */
  readonly signal: AbortSignal;
};

const maxWaitMs = 90_000;
const pollMs = 1000;
/** The maximum difference between this clock and the functions'. */
const slackMs = 5000;

/**
 * Erases a person. Their chats are marked first, so that no delivery begins, and so that all are found again even if those
 * by which they were found are gone. Each is deleted after its notes in the CRMs, since only the ledger knows their ids.
 */
export async function erasePerson(person: Person, dependencies: EraseDependencies): Promise<Erasure> {
  const { deployment, adapterOf, now, tellLeft, signal } = dependencies;
  const { begin, end, prevent } = createErasure(deployment.table, now);
  const { record } = createErasureJournal(deployment.erasures);
  const records = createRecords(deployment.table);
  const left: NotErased[] = [];
  const failed: string[] = [];
  const erased: string[] = [];
  const removedFrom = new Set<string>();
  let notes = 0;

  /** Recorded before it is done: if this dies in between, a restored table forgets no less. */
  const endFor = async (conversationId: string) => {
    await record(chatPartition(conversationId), now());
    await end(conversationId);
  };

  for (const conversationId of person.halfErased) await endFor(conversationId);
  for (const chat of person.chats) await begin(chat.conversationId, person.personKey);
  for (const chat of person.chats) {
    if (signal.aborted) break;
    const known = left.length;
    try {
      // Every lease after the mark is given back, so these are the last deliveries.
      for (const delivery of await onceUnleased(chat)) await removeNotes(chat, delivery);
      await forgetOtherSource(deployment, chat, now());
      for (const id of chat.alsoAs) await record(chatPartition(id), now());
      if (left.length > known) tellLeft(notErasedLines(left.slice(known)));
      await endFor(chat.conversationId);
      erased.push(chat.conversationId);
    } catch (error) {
      if (!(error instanceof CrmError || error instanceof NotYet)) throw error;
      failed.push(`${chat.conversationId}: ${error.message}`);
    }
  }
  // An interrupted run leaves these to the next.
  const bodies = signal.aborted ? [] : person.bodies;
  const contacts = signal.aborted ? [] : person.contacts;
  left.push(...keptContacts(contacts));
  for (const { body, inTable } of bodies) {
    if (inTable !== undefined) {
      await record(inTable.partition, now());
      await inTable.remove();
    }
    const conversation = readConversation(body);
    if (conversation !== undefined) await prevent(conversation.id);
  }
  const { forget } = createPersons(deployment.table);
  // The contacts are needed until the last chat is erased.
  if (erased.length === person.chats.length) {
    await Promise.all(person.personKeys.map((key) => record(personPartition(key), now())));
    await Promise.all(person.personKeys.map(forget));
  }
  return {
    chats: erased.length,
    notes,
    bodies: bodies.length,
    removedFrom: [...removedFrom],
    left: notErasedLines(left),
    failed,
  };

  async function removeNotes(chat: PersonChat, delivery: Delivery): Promise<void> {
    const { destination, logId, files: copies } = delivery;
    const adapter = await adapterOf(destination);
    left.push(...keptParts(chat.conversationId, delivery, adapter));
    // Files first: once a ticket is deleted, its files can't be reached.
    if (adapter?.files !== undefined)
      await removeAll(
        copies.map(({ id }) => id),
        adapter.files,
      );
    if (logId !== null) await remove(adapter, delivery, logId);
    if (!isInDoubt(delivery)) return;
    if (canFindNotes(adapter) && delivery.inDoubt && isAhead(findableFrom(delivery), now()))
      throw new NotYet(`The last note at ${destination} may not be found yet: repeat this in two minutes.`);
    const unconfirmed = await findUnconfirmedNotes(chat, delivery, { adapter, contacts: person.contacts });
    for (const each of unconfirmed.logIds) await remove(adapter, delivery, each);
    if (unconfirmed.isOpen) left.push(maybeKept(chat.conversationId, destination));
  }

  async function remove(adapter: CrmAdapter | undefined, { destination }: Delivery, logId: LogId): Promise<void> {
    if (adapter?.removeConversation === undefined) return;
    await adapter.removeConversation(logId);
    removedFrom.add(destination);
    notes += 1;
  }

  async function onceUnleased({ conversationId }: PersonChat): Promise<readonly Delivery[]> {
    for (const end = now().getTime() + maxWaitMs; ; await sleep(pollMs)) {
      const deliveries = await records.deliveriesOf(conversationId);
      if (
        deliveries.every(({ leaseUntil }) => leaseUntil === null || Date.parse(leaseUntil) < now().getTime() - slackMs)
      )
        return deliveries;
      if (now().getTime() > end) throw new NotYet('It is being delivered all the time.');
    }
  }
}

/** A CRM may still carry out a request that it hasn't answered. */
const findableFrom = ({ updatedAt }: Delivery): Instant =>
  new Date(Date.parse(updatedAt) + unknownOutcomeDelay).toISOString();

class NotYet extends Error {
  override readonly name = 'NotYet';
}
