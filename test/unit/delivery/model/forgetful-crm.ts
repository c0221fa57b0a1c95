import { fulfilled, oneByOne, rejected } from '../../../../lambda/crm/batches/batch.ts';
import type { Batch, CrmAdapter, Entry } from '../../../../lambda/crm/port/adapter.ts';
import { CrmError } from '../../../../lambda/crm/port/errors.ts';
import type { Process } from './process.ts';

/** A CRM that makes a note each time it is asked to, and mostly a contact too. */
export type ForgetfulCrm = {
  readonly contacts: string[];
  /** The conversations that somebody is to follow up. */
  readonly tasks: string[];
  readonly notes: { conversationId: string; contentHash: string; contactId: string | undefined }[];
};

export const emptyCrm = (): ForgetfulCrm => ({ contacts: [], notes: [], tasks: [] });

/** What stands in the place of a note that was removed. */
const removed = { conversationId: '', contentHash: '', contactId: undefined };

/** What may go wrong with one call of the CRM. */
export type Trouble =
  | 'none'
  | 'busy'
  | 'refuses the credentials'
  | 'refuses for good'
  | 'breaks off before'
  | 'breaks off after'
  | 'a bug before'
  | 'a bug after';

const retryable = (outcomeUnknown: boolean) => new CrmError('busy', { kind: 'retryable' }, { outcomeUnknown });

const consequences: Readonly<Record<Trouble, { readonly after: boolean; readonly error: () => Error }>> = {
  none: { after: true, error: () => retryable(true) },
  busy: { after: false, error: () => retryable(false) },
  'refuses the credentials': { after: false, error: () => new CrmError('who?', { kind: 'credentials' }) },
  'refuses for good': { after: false, error: () => new CrmError('no such field', { kind: 'permanent' }) },
  'breaks off before': { after: false, error: () => retryable(true) },
  'breaks off after': { after: true, error: () => retryable(true) },
  'a bug before': { after: false, error: () => new TypeError('undefined is not a function') },
  'a bug after': { after: true, error: () => new TypeError('undefined is not a function') },
};

type Access = {
  readonly crm: ForgetfulCrm;
  readonly process: Process;
  readonly nextTrouble: () => Trouble;
  /** Whether it takes several items in one request. */
  readonly inBatches: boolean;
  /** Whether it makes no second contact with the same address. */
  readonly keepsEmailsUnique: boolean;
};

/**
 * An adapter to it, as a process sees it. What a process asked of the CRM is over when that process's time is, one way
 * or the other: a CRM that acts on a request long after the connection is gone cannot be held to anything.
 */
export function createAdapter({ crm, process, nextTrouble, inBatches, keepsEmailsUnique }: Access): CrmAdapter {
  const call = <T>(what: string, effect: () => T) => {
    const trouble = nextTrouble();
    const { after, error } = consequences[trouble];
    const fate = trouble === 'none' ? 'answered' : after ? 'lost' : 'refused';
    return process.ask(what, effect, { fate, error, withinTime: true });
  };
  const batch = <Item>(what: string, effect: (item: Item) => string): Batch<Item, string> =>
    inBatches
      ? { maxSize: 3, run: (items) => call(`${what}s`, () => items.map((item) => fulfilled(effect(item)))) }
      : oneByOne((item) => call(what, () => effect(item)));
  const at = (index: number) => (index === -1 ? undefined : String(index));
  const noteOf = ({ conversation, contentHash, contactId }: Entry) => ({
    conversationId: conversation.id,
    contentHash,
    contactId,
  });
  const create = batch('create the contact', (email: string) => {
    const existing = keepsEmailsUnique ? at(crm.contacts.indexOf(email)) : undefined;
    return existing ?? String(crm.contacts.push(email) - 1);
  });

  return {
    ...(keepsEmailsUnique && { keepsEmailsUnique }),
    upsertContacts: {
      maxSize: create.maxSize,
      run: async (items) => {
        const emails = items.map(({ person: { email } }) => email ?? '');
        const found = await call('find the contacts', () => emails.map((email) => at(crm.contacts.indexOf(email))));
        const created = await create.run(emails.filter((_, index) => found[index] === undefined));
        const outcomes = [...created];
        return found.map((id) => (id === undefined ? (outcomes.shift() ?? rejected('no answer')) : fulfilled(id)));
      },
    },
    logConversations: batch('create the note', (entry: Entry) => String(crm.notes.push(noteOf(entry)) - 1)),
    updateConversation: (entry, logId) =>
      call('update the note', () => {
        crm.notes[Number(logId)] = noteOf(entry);
        return logId;
      }),
    findConversation: ({ conversation }) =>
      call('find the note', () => at(crm.notes.findIndex(({ conversationId }) => conversationId === conversation.id))),
    removeConversation: (logId) =>
      call('remove the note', () => {
        crm.notes[Number(logId)] = removed;
      }),
    followUps: {
      create: batch('create the task', ({ conversation }) => String(crm.tasks.push(conversation.id) - 1)),
      find: ({ conversation }) => call('find the task', () => at(crm.tasks.indexOf(conversation.id))),
    },
    check: async () => [],
  };
}
