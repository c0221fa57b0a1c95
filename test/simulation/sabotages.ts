/** A small fault that is put into the code, to see whether the simulation notices it. */
export type Sabotage = { readonly name: string; readonly file: string; readonly from: string; readonly to: string };

/** The file's code with the fault in it. */
export function spoilt(code: string, { file, from, to }: Sabotage): string {
  const parts = code.split(from);
  if (parts.length !== 2)
    throw new Error(`${file} has ${JSON.stringify(from)} ${parts.length - 1} times, and not once.`);
  return parts.join(to);
}

const inFile = (
  file: string,
  faults: Readonly<Record<string, readonly [from: string, to: string]>>,
): readonly Sabotage[] => Object.entries(faults).map(([name, [from, to]]) => ({ name, file, from, to }));

/** `from` stands in the file exactly once. */
export const sabotages: readonly Sabotage[] = [
  ...inFile('lambda/delivery/lease.ts', {
    'a newer copy of a dismissed delivery stays dismissed': [
      '...known, ...left, ...anew, ...mark,',
      '...known, ...left, ...anew, dismissal: known.dismissal, ...mark,',
    ],
    'a newer copy is given up by the clock of the first': [
      '...known, ...left, ...anew, ...mark,',
      '...known, ...left, ...anew, since: known.since, ...mark,',
    ],
    'what has crashed too often is tried again': ['left.crashCount >= maxCrashes', 'left.crashCount > maxCrashes'],
    'an older copy replaces a newer one': [
      "if (known.revision > revision) return { kind: 'done' }",
      "if (false) return { kind: 'done' }",
    ],
    'a lease is not respected': [
      '  if (isAhead(known.leaseUntil, now)) {\n    // Wait as long',
      '  if (false) {\n    // Wait as long',
    ],
    'a newer copy does not wait for what is in doubt': [
      'if (known.inDoubt && isAhead(known.nextAttemptAt, now))',
      'if (false)',
    ],
    'a copy in between replaces what is final': ['return isNewer ? confirmed', 'return false ? confirmed'],
    'a copy in between replaces what has crashed too often': ['reason), revision, fault', 'reason), fault'],
    'a copy in between replaces what waits': ['(isNewer ? { ...confirmed, until }', '(false ? { ...confirmed, until }'],
    'the wait for the next attempt is not respected': [
      '\n  if (isAhead(known.nextAttemptAt, now)) return pending',
      '\n  if (false) return pending',
    ],
    'what crashed is not isolated': ['if (hasCrashed && !isIsolated)', 'if (false)'],
    'a crash makes the delivery forget whom it was for': [
      'left.inDoubt ? withPerson(known.attemptedFor, person) : [person]',
      '[person]',
    ],
  }),
  ...inFile('lambda/delivery/state-machine.ts', {
    'a replay keeps the clock of what was given up': ['      since: at,\n', ''],
    'a replay of what is delivered writes nothing': [
      "loggedHash: known.state === 'delivered' ? null : known.loggedHash",
      'loggedHash: known.loggedHash',
    ],
    'a failed attempt forgets whom it was for': [
      'const attemptedFor = inDoubt ? leased.attemptedFor : [];',
      'const attemptedFor: never[] = [];',
    ],
    'a hold ends the doubt': ['const { inDoubt = leased.inDoubt } = outcome;', 'const { inDoubt = false } = outcome;'],
    'crashes are not counted': ['crashCount: known.crashCount + 1', 'crashCount: known.crashCount'],
    'a crash leaves no doubt': ['return { inDoubt: true, crashCount', 'return { inDoubt: known.inDoubt, crashCount'],
    'a lease is not given back': [
      '  leaseUntil: null,\n  nextAttemptAt: null,\n  updatedAt',
      '  nextAttemptAt: null,\n  updatedAt',
    ],
    'a version is not counted on': [
      '  updatedAt: now.toISOString(),\n  version: known.version + 1,\n});',
      '  updatedAt: now.toISOString(),\n  version: known.version,\n});',
    ],
  }),
  ...inFile('lambda/delivery/attempt.ts', {
    'a hold begins anew with each copy': ['const end = delivery.holdUntil ?? new Date', 'const end = new Date'],
    'what is held without a limit ends at once': ['holdUntil: hours === null ? null : end', 'holdUntil: end'],
    'a note in doubt is not looked for': ['const mayBeThere = inDoubt && logId === null;', 'const mayBeThere = false;'],
    'a note is not rewritten': ['if (logId !== null && isWritten(asked, progress))', 'if (logId !== null)'],
    'a note that is half rewritten is taken for what it was': [
      'if (!isWritten(entry, progress)) checkpoint({ loggedHash: null });',
      '',
    ],
    'a note is always written anew': ['const known = logId ?? (', 'const known = false || ('],
    'a lost answer leaves no doubt': ['inDoubt: inDoubt || error.leavesDoubt', 'inDoubt'],
    'another failure ends the doubt': ['inDoubt: inDoubt || error.leavesDoubt', 'inDoubt: error.leavesDoubt'],
    'a follow-up in doubt is not looked for': ['(inDoubt ? await findFollowUp?.(asked) : undefined) ??', ''],
    'only a note that is unknown may be on another contact': [
      'if (progress.inDoubt && plan.contact !== null) {',
      'if (progress.inDoubt && plan.contact !== null && progress.logId === null) {',
    ],
    'a follow-up in doubt is forgotten': ['inDoubt: progress.inDoubt && mayHaveFollowUp', 'inDoubt: false'],
    'a follow-up is made each time': ['if (followUpId !== null || followUp === null', 'if (followUp === null'],
    'a follow-up that fails is left out': [
      '(await createFollowUp(asked));',
      '(await createFollowUp(asked).catch(() => null));',
    ],
    'a note in doubt stays with the person of an earlier attempt': [
      'if (progress.inDoubt && plan.contact !== null) {',
      'if (plan.contact === undefined) {',
    ],
    'nobody is ever held': ["if (plan.kind === 'hold') return", "if (plan.kind === 'hold' && false) return"],
    'the ids of the note are not kept': [
      'checkpoint({ ...contact, logId: note.result, loggedHash: contentHash, ',
      'checkpoint({ ...contact, ',
    ],
    'the hash of the note is kept before the note': [
      "const note = await during('note',",
      "checkpoint({ loggedHash: contentHash });\n    const note = await during('note',",
    ],
  }),
  ...inFile('lambda/delivery/contact.ts', {
    'the contact of another person is taken for the own': [
      'contactId !== null && personDigest === digest ? contactId : undefined',
      'contactId ?? undefined',
    ],
    'a contact is created without its lock': [
      'if (keepsEmailsUnique && request.person.email !== null)',
      'if (request !== undefined)',
    ],
    'a lock is given back although its contact may be created yet': [
      'if (error instanceof StageError && !error.isOutcomeUnknown) await release();',
      'await release();',
    ],
    'a note in doubt stays with the contact by name': [
      'if (personKey === undefined) return keptContact(planned.namelessKey);',
      'if (personKey === undefined) return null;',
    ],
    'a lock does not keep the contact': ['await release(contactId);', 'await release();'],
    'a lock is not given back': ['await release(contactId);', ''],
    'who waits for a contact goes on without it': [
      "await release();\n      return 'busy';",
      'await release();\n      return find(known);',
    ],
  }),
  ...inFile('lambda/delivery/failures.ts', {
    'an unexpected error at a contact had no effect': [
      "return this.stage !== 'plan' && !this.isUntried;",
      'return this.writesOnce && !this.isUntried;',
    ],
    'a note of unknown outcome leaves no doubt': ['return this.writesOnce && this.isOutcomeUnknown;', 'return false;'],
    'an unknown outcome is not waited for': ['outcomeUnknown ? Math.max(usual, unknownOutcomeDelay) : usual', 'usual'],
    'nothing is given up': ['if (at.getTime() > giveUpAt) {', 'if (false) {'],
    'a refusal for good is tried again': ["if (fault.kind === 'permanent')", 'if (false)'],
    'a failure for now is given up': ["if (fault.kind === 'permanent')", "if (fault.kind === 'retryable')"],
  }),
  ...inFile('lambda/delivery/release-held.ts', {
    'what is released is not requeued': [
      "return (await ledger.write(conversationId, result.delivery)) ? 'requeued' : 'busy';",
      "return 'requeued';",
    ],
  }),
  ...inFile('lambda/delivery/batch-loader.ts', {
    'answers of a batch are mixed up': ['const outcome = outcomes[index] ??', 'const outcome = outcomes[0] ??'],
    'a batch waits for who has left': ['      active -= 1;\n', ''],
  }),
  ...inFile('lambda/deliver/deliver-to.ts', {
    'a lease that another has is taken for ours': [
      "if (!(await ledger.write(id, lease.delivery, briefly))) return { kind: 'busy', until: now() };",
      'await ledger.write(id, lease.delivery, briefly);',
    ],
    'the lease is not written': [
      "if (!(await ledger.write(id, lease.delivery, briefly))) return { kind: 'busy', until: now() };",
      '',
    ],
    'the lease is shorter than the attempt': ['leaseUntil: deadline,', 'leaseUntil: now(),'],
    'a lease that the table refuses is taken for written': [
      'ledger.write(id, lease.delivery, briefly)))',
      'ledger.write(id, lease.delivery, briefly).catch(() => true)))',
    ],
    'a table that fails in part looks like a crash': [
      "patientUntil: endOf('toWrite', deadline)",
      'patientUntil: new Date(0)',
    ],
  }),
  ...inFile('lambda/deliver/save-copy.ts', {
    'a known chat is taken for a new one': ["isNew: kind === 'new'", 'isNew: true'],
    'a rating is lost when longer words come': ['(stored?.rating ?? null)', 'copy.conversation.rating'],
    'the words of the other source are dropped': ['{ ...bodies, ...(merged.words', '{ ...(merged.words'],
  }),
  ...inFile('lambda/deliver/handle-message.ts', {
    'a store’s error is taken for the end': [
      "if (result.status === 'rejected') throw result.reason;",
      "if (result.status === 'rejected') return undefined;",
    ],
    'a crashed delivery is left where it is': ["result.value.kind === 'quarantined'", 'false'],
  }),
  ...inFile('lambda/deliver/batch.ts', {
    'what is isolated runs side by side': ['      previous = turn.catch(() => {});\n', ''],
    'a message that failed leaves the queue': [
      'return { at: new Date(now().getTime() + storeRetryMs(receives)), isListed: false };',
      'return undefined;',
    ],
  }),
  ...inFile('lambda/store/ledger.ts', {
    'a write whose answer was lost is taken for another process’s': [
      "return isWritten || (old ?? (await table.get(key)))?.['writeId'] === writeId;",
      'return isWritten;',
    ],
    'a delivery is written whatever its version': [
      "condition: 'delivery.version = :known'",
      "condition: 'delivery.version = :known OR attribute_exists(pk)'",
    ],
    'a first delivery is written over another': [
      "condition: 'attribute_not_exists(pk)', returnsOld",
      "condition: 'attribute_not_exists(pk) OR attribute_exists(pk)', returnsOld",
    ],
    'a delivery is read from the past': [
      'readDelivery(await table.get(deliveryKey(conversationId, destination)))',
      'readDelivery((await table.getMany([deliveryKey(conversationId, destination)]))[0])',
    ],
    'a destination is not remembered': ["if (state === 'pending') await register(destination);", ''],
  }),
  ...inFile('lambda/store/lists.ts', {
    'what is pending is not listed': [
      "if (state === 'delivered' || state === 'skipped') return {};",
      "if (state !== 'held') return {};",
    ],
    'what is held is not listed': [
      "if (state === 'delivered' || state === 'skipped') return {};",
      "if (state !== 'pending') return {};",
    ],
  }),
  ...inFile('lambda/store/conversations.ts', {
    'a chat is merged over a copy that nobody has seen': [
      "condition: 'revision = :revision', values: { ':revision': over.revision }",
      "condition: 'attribute_exists(pk)'",
    ],
  }),
  ...inFile('lambda/store/contacts.ts', {
    'a lock is given to everybody': [
      "condition: 'attribute_not_exists(lockedUntil) OR lockedUntil <= :now OR lockId = :id'",
      "condition: 'attribute_not_exists(lockedUntil) OR attribute_exists(pk)'",
    ],
    'a lock never ends by itself': ['OR lockedUntil <= :now ', ''],
  }),
  ...inFile('lambda/store/spool.ts', {
    'a spooled hook is not removed': ['deleteWithBody(table, key)', 'Promise.resolve()'],
    'a spooled hook is not listed': ["{ ...key, listed: 'spooled', listedAt", '{ ...key, listedAt'],
  }),
  ...inFile('lambda/sweep/requeue-due.ts', {
    'what is due is not put back': ['if (undo === undefined) return false;', 'return false;'],
    'orphans are left pending': ['delivery.park(orphanReason(destination));', 'Promise.resolve();'],
  }),
  ...inFile('lambda/sweep/sweep.ts', {
    'what was held an hour ago is not looked at again': ['= 60 * 60_000', '= 15 * 60_000'],
    'a hold never ends by itself': ['await requeueHoldOver();', ''],
    'what was held lately is not looked at': ['await releaseRecentlyHeld();', ''],
    'what is spooled is not put back': ['await dependencies.enqueue(hook.body, hook.receivedAt);', ''],
  }),
  ...inFile('lambda/receive/receiver.ts', {
    'a chat is answered 200 that nobody took': ['    return undefined;\n  }\n}', "    return 'table';\n  }\n}"],
    'a chat that the queue does not take is refused': [
      'await spool(body, receivedAt);',
      'throw new Error("the queue is away");',
    ],
  }),
  ...inFile('lambda/store/erasure.ts', {
    'an erasure does not mark the chat first': [
      "await table.update(chatKey(conversationId), {\n        update: 'SET revision = :erased, erasedAt = :now, erasingFor = :person',",
      "await table.update(chatKey(conversationId), {\n        update: 'SET erasedAt = :now, erasingFor = :person',",
    ],
    'nobody notes whose erasure has begun': [
      "erasedAt = :now, erasingFor = :person',\n        condition: 'attribute_exists(pk) AND revision <> :erased'",
      "erasedAt = :now, forgotten = :person',\n        condition: 'attribute_exists(pk) AND revision <> :erased'",
    ],
    'an erasure leaves no mark': ['await table.put(mark);', 'await table.delete(key);'],
    'an erasure leaves the deliveries': [
      'await Promise.all(others.map(({ sk }) => table.delete({ pk, sk: String(sk) })));',
      '',
    ],
  }),
  ...inFile('cli/commands/erase/erase-person.ts', {
    'an erasure leaves the notes': ['if (logId !== null) await remove(adapter, delivery, logId);', ''],
    'what an erasure takes off the queue may come again': ['await prevent(conversation.id);', ';'],
    'an erasure does not wait for a note that comes late': [
      'if (canFindNotes(adapter) && delivery.inDoubt && isAhead(findableFrom(delivery), now()))',
      'if (false)',
    ],
    'an erasure leaves notes in doubt': ['if (!isInDoubt(delivery)) return;', 'return;'],
    'an erasure tells of what it leaves only at its end': [
      'if (left.length > known) tellLeft(notErasedLines(left.slice(known)));',
      '',
    ],
  }),
  ...inFile('cli/commands/erase/not-erased.ts', {
    'an erasure forgets that a process died over another contact': [
      'keepsContacts && !isContactCertain(delivery) };',
      'keepsContacts && delivery.contactId === null };',
    ],
  }),
  ...inFile('cli/lib/person/find-person.ts', {
    'a nameless chat of the same browser is not erased': ['chats.map(({ conversationId }) => conversationId),', '[],'],
    'an erasure does not tell of what it could not read': [
      'inFlight: inFlight + Math.max(0, queued - (loose.looked.messages ?? 0)),',
      'inFlight: 0,',
    ],
  }),
  ...inFile('lambda/conversation/revision.ts', {
    'older words replace newer ones': ['const hasWords = words >= storedWords;', 'const hasWords = true;'],
    'an older rating replaces a newer one': [
      "const hasRating = rating !== '' && rating >= storedRating;",
      "const hasRating = rating !== '';",
    ],
    'the words that came last count as the newest': ["String(conversation.messages.length).padStart(8, '0')", "''"],
    'the rating is not merged into the words': [
      'rating: rating ?? conversation.rating,',
      'rating: conversation.rating,',
    ],
    'two copies with other words are alike': ['JSON.stringify(conversation)', 'conversation.id'],
  }),
  ...inFile('lambda/store/tokens.ts', {
    'a refused token is used again': ['if (cached?.accessToken === accessToken) cached = undefined;', ''],
    'everybody makes a token': [' AND (attribute_not_exists(claimedUntil) OR claimedUntil <= :now)', ''],
    'the right to make a token never ends': ['OR claimedUntil <= :now)', ')'],
    'a token is not shared': ['await publish(token);', ''],
    'a table that fails is taken for a bug in the adapter': [
      'await table.get(key).catch(notShared)',
      'await table.get(key)',
    ],
  }),
  ...inFile('lambda/deliver/find-chat.ts', {
    'a source looks for the other before it tells of its own': [
      'if (!isRemembered) await remember(beginning, receivedAt);\n      isRemembered = true;\n      const other = await counterpart(beginning, arrival);',
      'const other = await counterpart(beginning, arrival);\n      if (!isRemembered) await remember(beginning, receivedAt);\n      isRemembered = true;',
    ],
    'both sources are never one': ['if (only !== undefined && more.length === 0) return only;', ''],
  }),
  ...inFile('lambda/store/beginnings.ts', {
    'a chat that is stored moves to the other source’s': [
      "condition: 'attribute_not_exists(pk) OR joinedTo = :chat'",
      "condition: 'attribute_not_exists(pk) OR attribute_exists(pk)'",
    ],
  }),
  ...inFile('lambda/reconcile/reconcile.ts', {
    'a walk that was refused is taken for done': [
      'log.warn(message, { ...counts,',
      'left = undefined;\n      log.warn(message, { ...counts,',
    ],
    'reconcile does not look behind its watermark': ['const overlapMs = 2 * hourMs;', 'const overlapMs = 0;'],
    'reconcile never looks far behind': ['isDeep ? deepOverlapMs : overlapMs', 'overlapMs'],
  }),
  ...inFile('lambda/smartsupp/api-walk.ts', {
    'reconcile does not see that a conversation went on': [
      'if (before !== undefined && !isNewer(seen, before)) return [];',
      'if (before !== undefined) return [];',
    ],
  }),
  ...inFile('lambda/fetch/batch.ts', {
    'what could not be fetched leaves its queue': ['      left.push(record);\n', ''],
  }),
  ...inFile('lambda/fetch/fetch.ts', {
    'a conversation counts as fetched before it is on the queue': [
      '    await dependencies.enqueue(snapshot.body,',
      '    await fetched.record(id, later(seen, snapshot.state));\n    await dependencies.enqueue(snapshot.body,',
    ],
  }),
  ...inFile('lambda/crm/notes/notes.ts', {
    'half a note leaves no doubt': ['throw ids.length > 0 ? inDoubt(error) : error;', 'throw error;'],
    'only a first part is found': [
      'if (part !== undefined && !parts.has(part)) parts.set(part, id);',
      'if (part === 0 && !parts.has(part)) parts.set(part, id);',
    ],
  }),
  ...inFile('lambda/store/backlog.ts', {
    'a hold that a newer copy has begun again ends late': [
      'listedDeliveries(table, [heldForATime])',
      'listedDeliveries(table, [heldForATime], { to: new Date(now.getTime() - 1_800_000).toISOString() })',
    ],
  }),
  ...inFile('cli/lib/person/loose-bodies.ts', {
    'dead letters are not erased': [", look('dead letters', outputs.DeadLetterQueueUrl)]", ']'],
  }),
];
