import { hash } from 'node:crypto';
import { accountVisitor } from '../conversation/match-keys.ts';
import type { Conversation } from '../conversation/model.ts';
import type { ContactId, FollowUp, FollowUpId, LogId } from '../crm/port/adapter.ts';
import type { Identity } from '../mapping/identity.ts';
import type { MakePlan, Plan } from '../mapping/plan.ts';
import type { Crm } from './crm.ts';
import { type Delivery, firstSeenAt } from './delivery.ts';
import type { ContactLocks } from './ports.ts';
import type { RetryPolicy } from './retry-policy.ts';
import { during, StageError } from './stage-error.ts';
import { complete, type Outcome, postpone } from './state-machine.ts';

export type Job = {
  readonly conversation: Conversation;
  readonly contentHash: string;
  readonly receivedAt: Date;
  /** From this chat or another. */
  readonly identity: Identity;
  readonly deadline: Date;
};

export type AttemptDependencies = {
  readonly crm: Crm;
  readonly plan: MakePlan;
  readonly contactLocks: ContactLocks;
  readonly retryPolicy: RetryPolicy;
  readonly now: () => Date;
};

/** How soon to ask again whether another process has created the contact. Creating one takes about a second. */
const contactPollMs = 2000;
/** An index is a moment behind, but not this long. */
const secondLookMs = 10_000;

type PlannedContact = Extract<Plan, { kind: 'deliver' }>['contact'];
type Contact = Pick<Delivery, 'contactId' | 'personDigest'>;

/**
 * One attempt: contact, then note, then follow-up, each once, whatever earlier attempts did. A checkpoint follows each
 * side effect, so a later error cannot lose it.
 * @param leased the delivery whose lease this attempt holds
 * @returns the delivery to write
 * @throws what the store throws; the CRM's errors are in the returned delivery
 */
export async function attempt(leased: Delivery, job: Job, dependencies: AttemptDependencies): Promise<Delivery> {
  const { conversation, contentHash } = job;
  const { crm, now } = dependencies;
  let progress = leased;
  const checkpoint = (learned: Partial<Delivery>) => {
    progress = { ...progress, ...learned };
  };

  try {
    const plan = await during('plan', () => {
      const { holdUntil } = leased;
      const isHoldOver = holdUntil !== null && Date.parse(holdUntil) <= now().getTime();
      return dependencies.plan(conversation, job.identity, { isHoldOver });
    });
    if (plan.kind === 'skip') return complete(progress, now(), { state: 'skipped', reason: plan.reason });
    if (plan.kind === 'hold') return hold(progress, conversation, plan, now());

    const contact = await resolveContact(plan.contact, progress, job.deadline, dependencies);
    if (contact === 'busy') {
      return postpone(progress, now(), { until: new Date(now().getTime() + contactPollMs) });
    }
    if (progress.logId !== null && belongsToAnother(progress, contact)) {
      // The chat now belongs to a different person than its earlier copy did.
      const { logId } = progress;
      await during('note', () => crm.removeConversation?.(logId));
      checkpoint({ logId: null, loggedHash: null });
    }
    // Before the note is written, because a note in doubt is looked for at this contact.
    if (progress.logId === null) checkpoint(contact);

    const contactId = contact.contactId ?? undefined;
    const receivedAt = firstSeenAt(progress, job.receivedAt);
    const entry = { conversation, contentHash, receivedAt, contactId, ownerId: plan.ownerId };
    const logId = await during('note', () => writeNote(entry, progress, crm));
    checkpoint({ ...contact, logId, loggedHash: contentHash });
    const followUpId = await during('follow-up', () => makeFollowUp(entry, plan.followUp, progress, crm));
    checkpoint({ followUpId });
    return complete(progress, now(), { state: 'delivered', inDoubt: false });
  } catch (error) {
    if (!(error instanceof StageError)) throw error;
    if (error.isUntried) return postpone(progress, now(), { until: now() });
    return complete(progress, now(), afterFailure(error, progress, dependencies));
  }
}

/** Unless no chat can ever identify the visitor, look again: an identifying chat may have just arrived. */
function hold(
  delivery: Delivery,
  conversation: Conversation,
  { reason, hours }: Extract<Plan, { kind: 'hold' }>,
  now: Date,
): Delivery {
  const heldFor = accountVisitor(conversation);
  if (heldFor === null || delivery.awaitsSecondLook) {
    const end = delivery.holdUntil ?? new Date(now.getTime() + (hours ?? 0) * 60 * 60 * 1000).toISOString();
    return complete(delivery, now, { state: 'held', reason, heldFor, holdUntil: hours === null ? null : end });
  }
  return postpone(delivery, now, { until: new Date(now.getTime() + secondLookMs), awaitsSecondLook: true, reason });
}

/** The visitor's contact: the known one, or one found or created in the CRM. */
async function resolveContact(
  planned: PlannedContact,
  { destination, contactId, personDigest }: Delivery,
  deadline: Date,
  { crm: { upsertContact, keepsEmailsUnique }, contactLocks }: AttemptDependencies,
): Promise<Contact | 'busy'> {
  if (planned === null || upsertContact === undefined) return { contactId: null, personDigest: null };
  const { person, personKey } = planned;
  const digest = digestOf(personKey);
  const own = contactId !== null && personDigest === digest ? contactId : undefined;
  const upsert = (known: ContactId | undefined) => during('contact', () => upsertContact({ person, known }));
  if (keepsEmailsUnique && person.email !== null) return { contactId: await upsert(own), personDigest: digest };

  const at = { personKey, destination };
  const lock = await contactLocks.acquire(at, deadline);
  if (lock.kind === 'busy') return 'busy';
  try {
    const found = await upsert(lock.contactId ?? own);
    await contactLocks.release(at, deadline, found);
    return { contactId: found, personDigest: digest };
  } catch (error) {
    // If the contact may still be created, keep the lock until it runs out.
    if (error instanceof StageError && !error.isOutcomeUnknown) await contactLocks.release(at, deadline);
    throw error;
  }
}

/** A contact that was merged in the CRM still belongs to the same person. */
const belongsToAnother = (known: Contact, contact: Contact) =>
  known.personDigest !== null && known.personDigest !== contact.personDigest && known.contactId !== contact.contactId;

type Entry = Parameters<Crm['logConversation']>[0];

async function writeNote(entry: Entry, { inDoubt, logId, loggedHash }: Delivery, crm: Crm): Promise<LogId> {
  if (logId !== null && loggedHash === entry.contentHash) return logId;
  const mayBeThere = inDoubt && logId === null;
  const known = logId ?? (mayBeThere ? await crm.findConversation?.(entry) : undefined);
  return known === undefined ? crm.logConversation(entry) : crm.updateConversation(entry, known);
}

async function makeFollowUp(
  entry: Entry,
  followUp: FollowUp | null,
  { followUpId, inDoubt }: Delivery,
  { createFollowUp, findFollowUp }: Crm,
): Promise<FollowUpId | null> {
  if (followUpId !== null || followUp === null || createFollowUp === undefined) return followUpId;
  const request = { ...entry, followUp };
  return (inDoubt ? await findFollowUp?.(request) : undefined) ?? createFollowUp(request);
}

function afterFailure(
  error: StageError,
  { attempts, since, inDoubt }: Delivery,
  { retryPolicy, now }: AttemptDependencies,
): Outcome {
  const { decision, reason, fault } = retryPolicy(error.cause, {
    attempts,
    since: new Date(since),
    now: now(),
    outcomeUnknown: error.isOutcomeUnknown,
  });
  const failed = { reason, fault, inDoubt: inDoubt || error.leavesDoubt };
  return decision.kind === 'park'
    ? { ...failed, state: 'parked' }
    : { ...failed, state: 'pending', nextAttemptAt: decision.at.toISOString() };
}

/** 96 bits: enough to tell a person's few keys apart. */
const digestOf = (text: string): string => hash('sha256', text, 'base64url').slice(0, 16);
