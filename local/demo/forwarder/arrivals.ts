import { readAnswer } from './sender.ts';

/** A POST to the hook, as it was answered. */
export type Exchange = {
  readonly at: Date;
  readonly durationMs: number;
  readonly body: Uint8Array;
  readonly answer: { readonly status: number; readonly body: string | Uint8Array };
};

export type Arrival = {
  /** The id of the chat or of the rejected body; else one of its own, since it was not kept. */
  readonly id: string;
  readonly at: string;
  readonly durationMs: number;
  readonly bytes: number;
  readonly status: number;
  readonly isKept: boolean;
  /** Why it was refused. */
  readonly detail: string | undefined;
};

export type Arrivals = {
  readonly add: (exchange: Exchange) => Arrival;
  /** Newest first, since the start of this process. */
  readonly all: () => readonly Arrival[];
  /** Newest first. */
  readonly of: (id: string) => readonly Arrival[];
};

const maxArrivals = 500;

/** Remembers what came to the hook, since the table knows of it only later. Bodies are left to the table. */
export function createArrivals(): Arrivals {
  let arrivals: readonly Arrival[] = [];
  let count = 0;
  return {
    add({ at, durationMs, body, answer }) {
      count += 1;
      const { id, detail } = readAnswer(Buffer.from(answer.body).toString());
      const arrival = {
        id: id ?? `refused-${count}`,
        at: at.toISOString(),
        durationMs,
        bytes: body.length,
        status: answer.status,
        isKept: id !== undefined,
        detail,
      };
      arrivals = [arrival, ...arrivals].slice(0, maxArrivals);
      return arrival;
    },
    all: () => arrivals,
    of: (id) => arrivals.filter((arrival) => arrival.id === id),
  };
}
