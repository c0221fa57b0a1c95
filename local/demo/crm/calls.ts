/** One request of the forwarder to the demo CRM, and what it was told. */
export type Call = { readonly at: string; readonly answer: string; readonly isGood: boolean };

export type Calls = {
  readonly add: (conversationId: string, call: Call) => void;
  /** Oldest first, since the start of this process. */
  readonly of: (conversationId: string) => readonly Call[];
};

const maxChats = 200;
const maxCalls = 50;

export function createCalls(): Calls {
  const calls = new Map<string, readonly Call[]>();
  return {
    add(conversationId, call) {
      const before = calls.get(conversationId) ?? [];
      // Added anew, so that the chat whose last call is the oldest is the first to go.
      calls.delete(conversationId);
      calls.set(conversationId, [...before, call].slice(-maxCalls));
      const [oldest] = calls.keys();
      if (calls.size > maxChats && oldest !== undefined) calls.delete(oldest);
    },
    of: (conversationId) => calls.get(conversationId) ?? [],
  };
}
