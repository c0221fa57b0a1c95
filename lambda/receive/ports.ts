/** Hands over an accepted body. Durable once the promise resolves. */
export type Enqueue = (body: string, receivedAt: Date) => Promise<void>;

/** Keeps an accepted body for the sweep while the queue is unavailable. */
export type Spool = (body: string, receivedAt: Date) => Promise<void>;

/** Keeps a refused body and returns its id; undefined if the day's quota is used up. */
export type KeepRejected = (body: Uint8Array, refused: Omit<Refused, 'ok'>) => Promise<string | undefined>;

export type Accepted = { readonly ok: true; readonly conversationId: string };

/** Why a body was refused: JSON pointers and rules, never values. */
export type Refused = {
  readonly ok: false;
  readonly reason: string;
  readonly detail: string;
  readonly faults: readonly { readonly pointer: string; readonly detail: string }[];
};

/** Returns the id of the conversation in a body, or why it is refused. */
export type Validate = (body: string) => Accepted | Refused;
