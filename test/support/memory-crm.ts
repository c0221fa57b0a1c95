import type { CrmAdapter, Entry } from '../../lambda/crm/port/adapter.ts';
import { oneByOne } from '../../lambda/crm/port/batch.ts';

/** What stands in the place of a note that was removed. */
export const removed = { contactId: undefined, contentHash: '', conversationId: '' };

/** A CRM in memory behind the port: what it holds is what sales staff would see. */
export function createMemoryCrm({ keepsEmailsUnique }: Pick<CrmAdapter, 'keepsEmailsUnique'> = {}) {
  const contacts: string[] = [];
  const notes: { contactId: string | undefined; contentHash: string; conversationId: string }[] = [];
  const tasks: { conversationId: string; title: string; ownerId: string | null }[] = [];
  const files = new Map<string, string | undefined>();
  const calls: string[] = [];
  /** Called before and after every effect; what it throws, the adapter throws. */
  let trouble: (call: string, when: 'before' | 'after', entry?: Entry) => void = () => {};
  const effect = async <T>(name: string, take: () => T, entry?: Entry): Promise<T> => {
    calls.push(name);
    trouble(name, 'before', entry);
    const result = take();
    trouble(name, 'after', entry);
    return result;
  };
  const write = (at: number, { conversation, contentHash, contactId }: Entry) => {
    notes[at] = { contactId, contentHash, conversationId: conversation.id };
    return String(at);
  };
  const indexOf = (all: readonly { readonly conversationId: string }[], entry: Entry) => {
    const at = all.findIndex(({ conversationId }) => conversationId === entry.conversation.id);
    return at === -1 ? undefined : String(at);
  };
  const adapter: CrmAdapter = {
    upsertContacts: oneByOne(({ person: { email, phone, customerId }, known }) =>
      effect('contact', () => {
        // An empty one is gone.
        if (known !== undefined && contacts[Number(known)]) return known;
        const key = email ?? phone ?? customerId?.value ?? `nobody ${contacts.length}`;
        if (!contacts.includes(key)) contacts.push(key);
        return String(contacts.indexOf(key));
      }),
    ),
    ...(keepsEmailsUnique && { keepsEmailsUnique }),
    logConversations: oneByOne((entry) => effect('log', () => write(notes.length, entry), entry)),
    // It stays on the contact where it is.
    updateConversation: (entry, logId) =>
      effect('update', () => write(Number(logId), { ...entry, contactId: notes[Number(logId)]?.contactId }), entry),
    findConversation: (entry) =>
      effect(
        'find',
        () => {
          const at = notes.findIndex(
            ({ conversationId, contactId }) =>
              conversationId === entry.conversation.id && contactId === entry.contactId,
          );
          return at === -1 ? undefined : String(at);
        },
        entry,
      ),
    removeConversation: (logId) =>
      effect('remove', () => {
        notes[Number(logId)] = removed;
      }),
    followUps: {
      create: oneByOne((entry) =>
        effect(
          'task',
          () => {
            const { conversation, followUp, ownerId } = entry;
            return String(tasks.push({ conversationId: conversation.id, title: followUp.title, ownerId }) - 1);
          },
          entry,
        ),
      ),
      find: (entry) => effect('find task', () => indexOf(tasks, entry), entry),
    },
    files: {
      attach: async ({ entry, name }) => {
        await effect('attach', () => files.set(name, entry.contactId), entry);
        return name;
      },
      remove: (id) => effect('detach', () => void files.delete(id)),
      exists: async (id) => files.has(id),
    },
    check: async () => [],
  };
  return {
    adapter,
    contacts,
    notes,
    tasks,
    /** Each file's contact. */
    files,
    calls,
    disturb: (next: typeof trouble) => {
      trouble = next;
    },
  };
}
