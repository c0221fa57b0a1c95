/** Hands an accepted body over: it is durable when the promise resolves. */
export type Enqueue = (body: string, receivedAt: Date) => Promise<void>;

/** Keeps an accepted body where the sweep will find it, while the queue is away. */
export type Spool = (body: string, receivedAt: Date) => Promise<void>;

/** Keeps a refused body; answers the id under which it is kept, undefined where the day's room for such is full. */
export type KeepRejected = (body: Uint8Array, refused: Omit<Refused, 'ok'>) => Promise<string | undefined>;

export type Accepted = { readonly ok: true; readonly conversationId: string };

/** Why a body was refused: pointers and rules, never values. */
export type Refused = {
  readonly ok: false;
  readonly reason: string;
  readonly detail: string;
  readonly faults: readonly { readonly pointer: string; readonly detail: string }[];
};

/** Knows the source's format: says which conversation a body is, or why it is none. */
export type Validate = (body: string) => Accepted | Refused;
