/** A record as the fake answers it: tests leave fields out, or give them other types. */
export type ApiRecord = Readonly<Record<string, unknown>>;

/** What the fake knows of one conversation. Messages are oldest first. */
export type FakeChat = {
  readonly conversation: ApiRecord & { readonly id: string };
  readonly messages: readonly ApiRecord[];
  readonly contact?: ApiRecord & { readonly id: string };
  readonly visitor?: ApiRecord & { readonly id: string };
};

export type Records = {
  /** Adds a conversation, or replaces what was known of it. */
  readonly put: (chat: FakeChat) => void;
  readonly remove: (conversationId: string) => void;
  readonly chat: (conversationId: string) => FakeChat | undefined;
  readonly all: () => readonly FakeChat[];
  readonly contact: (id: string) => ApiRecord | undefined;
  readonly visitor: (id: string) => ApiRecord | undefined;
  readonly agents: () => readonly ApiRecord[];
  readonly putAgents: (agents: readonly ApiRecord[]) => void;
};

export function createRecords(): Records {
  const chats = new Map<string, FakeChat>();
  let agents: readonly ApiRecord[] = [];
  const all = () => [...chats.values()];
  return {
    put: (chat) => chats.set(chat.conversation.id, chat),
    remove: (id) => chats.delete(id),
    chat: (id) => chats.get(id),
    all,
    contact: (id) => all().findLast(({ contact }) => contact?.id === id)?.contact,
    visitor: (id) => all().findLast(({ visitor }) => visitor?.id === id)?.visitor,
    agents: () => agents,
    putAgents: (given) => {
      agents = given;
    },
  };
}
