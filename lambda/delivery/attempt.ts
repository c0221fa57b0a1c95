import { hash } from 'node:crypto';
import { accountVisitor } from '../conversation/match-keys.ts';
import type { Conversation } from '../conversation/model.ts';
import type { ContactRequest, FollowUp, FollowUpId, LogId, RefusedValue } from '../crm/port/adapter.ts';
import { dropFromContact, dropFromEntry, writeWithoutRefused } from '../crm/write-without-refused.ts';
import { foundBy, type Identity } from '../mapping/identity.ts';
import type { MakePlan, Plan } from '../mapping/plan.ts';
import { upsertInTurn } from './contact-turn.ts';
import { copyFiles, fileWarning } from './copy-files.ts';
import type { Crm } from './crm.ts';
import { type Delivery, firstSeenAt, withWarnings } from './delivery.ts';
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
 * One attempt: contact, then note, then follow-up, then files, each once, whatever earlier attempts did. A checkpoint follows each
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
      const { holdUntil, isHistory = false } = leased;
      const isHoldOver = holdUntil !== null && Date.parse(holdUntil) <= now().getTime();
      return dependencies.plan(conversation, job.identity, { isHoldOver, isHistory });
    });
    if (plan.kind === 'skip') return complete(progress, now(), { state: 'skipped', reason: plan.reason });
    if (plan.kind === 'hold') return hold(progress, conversation, plan, now());

    const resolved = await resolveContact(plan.contact, progress, job.deadline, dependencies);
    if (resolved === 'busy') {
      return postpone(progress, now(), { until: new Date(now().getTime() + contactPollMs) });
    }
    const { contact, refused } = resolved;
    checkpoint(withWarnings(progress, refused));
    if (progress.logId !== null && belongsToAnother(progress, contact)) {
      // The chat now belongs to a different person than its earlier copy did.
      const { logId } = progress;
      // Once it is asked to go, nothing relies on it any more, even if the answer is an error.
      checkpoint({ loggedHash: null });
      await during('note', () => crm.removeConversation?.(logId));
      checkpoint({ logId: null });
      for (const { id } of progress.files) await during('note', () => crm.removeFile?.(id));
      checkpoint({ files: [] });
    }
    // Before the note is written, because a note in doubt is looked for at this contact.
    if (progress.logId === null) checkpoint(contact);

    const contactId = contact.contactId ?? undefined;
    const receivedAt = firstSeenAt(progress, job.receivedAt);
    const ownerId = refused.some(({ part }) => part === 'owner') ? null : plan.ownerId;
    const contactChanged = progress.logId !== null && progress.contactId !== null && progress.contactId !== contactId;
    const entry: Entry = {
      conversation,
      contentHash,
      receivedAt,
      contactId,
      ...(contactChanged && { contactChanged }),
      ownerId,
      refused,
    };
    if (progress.inDoubt && plan.contact !== null) {
      const removed = await removeFromOthers(entry, plan.contact, progress, job, dependencies);
      if (removed === 'busy') return postpone(progress, now(), { until: new Date(now().getTime() + contactPollMs) });
    }
    const note = await during('note', () => writeNote(entry, progress, crm));
    checkpoint({ ...contact, logId: note.result, loggedHash: contentHash, ...withWarnings(progress, note.dropped) });
    const followUp = await during('follow-up', () => makeFollowUp(note.request, plan.followUp, progress, crm));
    checkpoint({ followUpId: followUp.result, ...withWarnings(progress, followUp.dropped) });
    const copied = await copyFiles(note.request, note.result, progress, crm);
    checkpoint({ files: copied.files, ...withWarnings(progress, copied.refused) });
    if (copied.failure !== undefined) throw new StageError('file', copied.failure);
    // A follow-up in doubt may exist even if this copy needs none.
    const mayHaveFollowUp = crm.createFollowUp !== undefined && plan.followUp === null && followUp.result === null;
    return complete(progress, now(), { state: 'delivered', inDoubt: progress.inDoubt && mayHaveFollowUp });
  } catch (error) {
    if (!(error instanceof StageError)) throw error;
    if (error.isUntried) return postpone(progress, now(), { until: now() });
    const outcome = afterFailure(error, progress, dependencies);
    if (error.stage === 'file' && outcome.state !== 'pending') {
      checkpoint(withWarnings(progress, [fileWarning(error.cause)]));
      return complete(progress, now(), { state: 'delivered', inDoubt: progress.inDoubt });
    }
    return complete(progress, now(), outcome);
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

/** The visitor's contact: the known one, or one found or created in the CRM; and what of it the CRM refused. */
async function resolveContact(
  planned: PlannedContact,
  { destination, contactId, personDigest }: Delivery,
  deadline: Date,
  { crm: { upsertContact, keepsEmailsUnique }, contactLocks }: AttemptDependencies,
): Promise<{ readonly contact: Contact; readonly refused: readonly RefusedValue[] } | 'busy'> {
  if (planned === null || upsertContact === undefined) {
    return { contact: { contactId: null, personDigest: null }, refused: [] };
  }
  const { person, personKey, keysOf } = planned;
  const digest = digestOf(personKey);
  const own = contactId !== null && personDigest === digest ? contactId : undefined;
  const upsert = (request: ContactRequest) => during('contact', () => upsertContact(request));

  async function upsertOnce(request: ContactRequest) {
    if (keepsEmailsUnique && request.person.email !== null) return upsert(request);
    // Without what the CRM refused, the person may be found by another key, or by none but our own.
    const [first = personKey, ...others] = keysOf(request.person);
    return upsertInTurn([first, ...others], { destination, deadline }, contactLocks, (known) =>
      upsert({ ...request, known: known ?? request.known }),
    );
  }

  const written = await writeWithoutRefused({ person, known: own }, upsertOnce, dropFromContact);
  if (written.result === 'busy') return 'busy';
  return { contact: { contactId: written.result, personDigest: digest }, refused: written.dropped };
}

/** Removes a note in doubt from the contacts of the people whom the chat was for in earlier attempts. */
async function removeFromOthers(
  entry: Entry,
  { person, personKey: ownKey, keysOf }: NonNullable<PlannedContact>,
  progress: Delivery,
  { identity, deadline }: Job,
  dependencies: AttemptDependencies,
): Promise<'busy' | undefined> {
  const { findConversation, removeConversation } = dependencies.crm;
  const own = foundBy(identity);
  for (const { email, phone } of progress.attemptedFor) {
    const other = { ...nobody, name: person.name, email, phone };
    const [personKey] = keysOf(other);
    const isSame = email === own.email && phone === own.phone;
    if (isSame || personKey === undefined || personKey === ownKey) continue;
    const resolved = await resolveContact({ person: other, personKey, keysOf }, progress, deadline, dependencies);
    if (resolved === 'busy') return 'busy';
    const { contactId } = resolved.contact;
    if (contactId === null || contactId === entry.contactId) continue;
    const logId = await during('note', () => findConversation?.({ ...entry, contactId }));
    if (logId !== undefined && logId !== progress.logId) await during('note', () => removeConversation?.(logId));
  }
  return undefined;
}

const nobody = { customerId: null, company: null, countryCode: null, fields: [], ownerId: null, unusable: [] };

/** A contact that was merged in the CRM still belongs to the same person. */
const belongsToAnother = (known: Contact, contact: Contact) =>
  known.personDigest !== null && known.personDigest !== contact.personDigest && known.contactId !== contact.contactId;

type Entry = Parameters<Crm['logConversation']>[0];

function writeNote(entry: Entry, { inDoubt, logId, loggedHash }: Delivery, crm: Crm) {
  const write = async (asked: Entry): Promise<LogId> => {
    const isWritten = logId !== null && loggedHash === asked.contentHash && asked.contactChanged !== true;
    if (isWritten && !inDoubt) return logId;
    const mayBeThere = inDoubt && logId === null;
    const known = logId ?? (mayBeThere ? await crm.findConversation?.(asked) : undefined);
    return known === undefined ? crm.logConversation(asked) : crm.updateConversation(asked, known);
  };
  return writeWithoutRefused(entry, write, dropFromEntry);
}

async function makeFollowUp(
  entry: Entry,
  followUp: FollowUp | null,
  { followUpId, inDoubt }: Delivery,
  { createFollowUp, findFollowUp }: Crm,
): Promise<{ readonly result: FollowUpId | null; readonly dropped: readonly RefusedValue[] }> {
  if (followUpId !== null || followUp === null || createFollowUp === undefined) {
    return { result: followUpId, dropped: [] };
  }
  const request = { ...entry, followUp };
  const write = async (asked: typeof request) =>
    (inDoubt ? await findFollowUp?.(asked) : undefined) ?? (await createFollowUp(asked));
  return writeWithoutRefused(request, write, dropFromEntry);
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
  switch (decision.kind) {
    case 'park':
      return { ...failed, state: 'parked' };
    case 'skip':
      return { ...failed, state: 'skipped' };
    case 'retry':
      return { ...failed, state: 'pending', nextAttemptAt: decision.at.toISOString() };
  }
}

/** 96 bits: enough to tell a person's few keys apart. */
const digestOf = (text: string): string => hash('sha256', text, 'base64url').slice(0, 16);
