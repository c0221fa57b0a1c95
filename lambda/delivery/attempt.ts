import { accountVisitor } from '../conversation/match-keys.ts';
import type { Conversation } from '../conversation/model.ts';
import type { Entry, FollowUp, FollowUpId, LogId, RefusedValue } from '../crm/port/adapter.ts';
import { dropFromEntry, writeWithoutRefused } from '../crm/write-without-refused.ts';
import type { Identity } from '../mapping/identity.ts';
import type { MakePlan, Plan } from '../mapping/plan.ts';
import { belongsToAnother, type ContactDependencies, removeFromOthers, resolveContact } from './contact.ts';
import { copyFiles, fileWarning } from './copy-files.ts';
import type { Crm } from './crm.ts';
import { type Delivery, firstSeenAt, withWarnings } from './delivery.ts';
import { during, type RetryPolicy, StageError } from './failures.ts';
import { complete, type Outcome, postpone } from './state-machine.ts';

export type Job = {
  readonly conversation: Conversation;
  readonly contentHash: string;
  readonly receivedAt: Date;
  /** From this chat or another. */
  readonly identity: Identity;
  readonly deadline: Date;
  /** Whether the CRM is known to be away. Default: it is tried, whatever is known. */
  readonly isStopped?: () => Promise<boolean>;
};

export type AttemptDependencies = ContactDependencies & {
  readonly plan: MakePlan;
  readonly retryPolicy: RetryPolicy;
  readonly now: () => Date;
};

const awayReason = 'The CRM is away. A few deliveries are tried each minute, and this one once they come through.';

/** How soon to ask again whether another process has created the contact. Creating one takes about a second. */
const contactPollMs = 2000;
/** An index is a moment behind, but not this long. */
const secondLookMs = 10_000;

/**
 * One attempt: contact, then note, then follow-up, then files, each once, whatever earlier attempts did. A checkpoint
 * follows each side effect, so a later error cannot lose it.
 * @param leased the delivery whose lease this attempt holds
 * @returns the delivery to write
 * @throws what the store throws; the CRM's errors are in the returned delivery
 */
export async function attempt(leased: Delivery, job: Job, dependencies: AttemptDependencies): Promise<Delivery> {
  const { conversation, contentHash, deadline } = job;
  const { crm, now } = dependencies;
  let progress = leased;
  const checkpoint = (learned: Partial<Delivery>) => {
    progress = { ...progress, ...learned };
  };
  const askAgain = () => postpone(progress, now(), { until: new Date(now().getTime() + contactPollMs) });

  try {
    const { holdUntil, isHistory = false } = leased;
    const isHoldOver = holdUntil !== null && Date.parse(holdUntil) <= now().getTime();
    const plan = await during('plan', () => dependencies.plan(conversation, job.identity, { isHoldOver, isHistory }));
    if (plan.kind === 'skip') return complete(progress, now(), { state: 'skipped', reason: plan.reason });
    if (plan.kind === 'hold') return hold(progress, conversation, plan, now());

    if (await job.isStopped?.()) return postpone(progress, now(), { until: now(), reason: awayReason });

    const resolved = await resolveContact(plan.contact, progress, deadline, dependencies);
    if (resolved === 'busy') return askAgain();
    const { contact, refused } = resolved;
    checkpoint(withWarnings(progress, refused));

    if (progress.logId !== null && belongsToAnother(progress, contact)) {
      // A ticket only grows: if it were moved, the other person's would show what the first one left.
      const { logId } = progress;
      // From the request on, the note may be gone, even if the answer is an error.
      checkpoint({ loggedHash: null });
      await during('note', () => crm.removeConversation?.(logId));
      checkpoint({ logId: null });
      for (const { id } of progress.files) await during('note', () => crm.removeFile?.(id));
      checkpoint({ files: [] });
    }
    // Before the note is written, because a note in doubt is looked for at this contact.
    if (progress.logId === null) checkpoint(contact);

    const contactId = contact.contactId ?? undefined;
    const contactChanged = progress.logId !== null && progress.contactId !== null && progress.contactId !== contactId;
    const entry: Entry = {
      conversation,
      contentHash,
      receivedAt: firstSeenAt(progress, job.receivedAt),
      contactId,
      ...(contactChanged && { contactChanged }),
      ownerId: refused.some(({ part }) => part === 'owner') ? null : plan.ownerId,
      refused,
    };
    if (progress.inDoubt && plan.contact !== null) {
      const removed = await removeFromOthers(entry, plan.contact, progress, job, dependencies);
      if (removed === 'busy') return askAgain();
    }
    // From the request on, a part of the note may be of this copy, even if the answer is an error.
    if (!isWritten(entry, progress)) checkpoint({ loggedHash: null });
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

const isWritten = ({ contentHash, contactChanged }: Entry, { inDoubt, loggedHash }: Delivery): boolean =>
  !inDoubt && loggedHash === contentHash && contactChanged !== true;

function writeNote(entry: Entry, progress: Delivery, crm: Crm) {
  const { inDoubt, logId } = progress;
  const write = async (asked: Entry): Promise<LogId> => {
    if (logId !== null && isWritten(asked, progress)) return logId;
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
