import type { Conversation } from '../../lambda/conversation/model.ts';
import type { CrmAdapter } from '../../lambda/crm/adapter.ts';
import { CrmError } from '../../lambda/crm/errors.ts';
import { anEntry } from '../fixtures/conversation.ts';

/** What the ledger remembers of one conversation between two attempts. */
export type Memory = { contactId?: string; logId?: string; inDoubt: boolean };

/** One attempt at a delivery, with the steps and the caution that the port asks of whoever uses it. */
export async function attempt(adapter: CrmAdapter, conversation: Conversation, memory: Memory): Promise<void> {
  try {
    const { email, name, countryCode } = conversation.visitor;
    const contactId = memory.contactId ?? (await adapter.upsertContact?.({ email: email ?? '', name, countryCode }));
    if (contactId !== undefined) memory.contactId = contactId;
    const entry = anEntry(conversation, contactId);
    const doubtful = memory.logId === undefined && memory.inDoubt;
    const logId = memory.logId ?? (doubtful ? await adapter.findConversation?.(entry) : undefined);
    memory.logId = await (logId === undefined
      ? adapter.logConversation(entry)
      : adapter.updateConversation(entry, logId));
    memory.inDoubt = false;
  } catch (error) {
    memory.inDoubt ||= !(error instanceof CrmError) || error.outcomeUnknown;
    throw error;
  }
}

/** The error that a failing attempt ends with. */
export async function failure(attempted: Promise<unknown>): Promise<CrmError> {
  const error = await attempted.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (error instanceof CrmError) return error;
  throw new Error('A CrmError was to be thrown.', { cause: error });
}
