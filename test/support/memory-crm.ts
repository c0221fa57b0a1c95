import type { CrmAdapter, Entry } from '../../lambda/crm/adapter.ts';

/** A CRM in memory behind the port: what it holds is what sales staff would see. */
export function createMemoryCrm() {
  const contacts: string[] = [];
  const notes: { contactId: string | undefined; contentHash: string; conversationId: string }[] = [];
  const calls: string[] = [];
  /** Called before and after every effect; what it throws, the adapter throws. */
  let trouble: (call: string, when: 'before' | 'after') => void = () => {};
  const effect = async (name: string, take: () => string | undefined) => {
    calls.push(name);
    trouble(name, 'before');
    const result = take();
    trouble(name, 'after');
    return result;
  };
  const write = (at: number, { conversation, contentHash, contactId }: Entry) => {
    notes[at] = { contactId, contentHash, conversationId: conversation.id };
    return String(at);
  };
  const adapter: CrmAdapter = {
    upsertContact: async ({ email }) =>
      (await effect('contact', () => {
        if (!contacts.includes(email)) contacts.push(email);
        return String(contacts.indexOf(email));
      })) ?? '',
    logConversation: async (entry) => (await effect('log', () => write(notes.length, entry))) ?? '',
    updateConversation: async (entry, logId) => (await effect('update', () => write(Number(logId), entry))) ?? '',
    findConversation: (entry) =>
      effect('find', () => {
        const at = notes.findIndex(({ conversationId }) => conversationId === entry.conversation.id);
        return at === -1 ? undefined : String(at);
      }),
  };
  return {
    adapter,
    contacts,
    notes,
    calls,
    disturb: (next: typeof trouble) => {
      trouble = next;
    },
  };
}
