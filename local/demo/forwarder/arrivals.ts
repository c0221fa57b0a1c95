import type { Arrival, Arrivals } from '../../../inspector/forwarder/ports.ts';
import { readAnswer } from './sender.ts';

/** A POST to the hook, as it was answered. */
export type Exchange = {
  readonly at: Date;
  readonly durationMs: number;
  readonly body: Uint8Array;
  readonly answer: { readonly status: number; readonly body: string | Uint8Array };
};

export type ArrivalLog = Arrivals & { readonly add: (exchange: Exchange) => Arrival };

const maxArrivals = 500;

/** Remembers what came to the hook, since the table knows of it only later. Bodies are left to the table. */
export function createArrivals(): ArrivalLog {
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
