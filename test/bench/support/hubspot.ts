import { setTimeout as sleep } from 'node:timers/promises';
import { type ServerChild, startServerChild } from './server-child.ts';

export type BenchHubspot = ServerChild & {
  readonly token: string;
  readonly seen: () => Promise<Seen>;
  /** Waits until there are so many notes, however long that takes as long as there come more. */
  readonly until: (notes: number) => Promise<Seen>;
};

/** `lastNoteAt`: when it was answered, in epoch milliseconds. */
export type Seen = { readonly calls: number; readonly notes: number; readonly lastNoteAt: number };

/** A minute in which no note comes. */
const patienceMs = 60_000;

/** A HubSpot in a process of its own that takes so long for each call. */
export async function startHubspot(delayMs: number): Promise<BenchHubspot> {
  const server = await startServerChild('children/fake-hubspot.ts', [String(delayMs)]);
  const seen = async (): Promise<Seen> => {
    const { calls, notes, lastNoteAt } = Object(await fetch(server.url).then((response) => response.json()));
    return { calls: Number(calls), notes: Number(notes), lastNoteAt: Number(lastNoteAt) };
  };
  const until = async (notes: number): Promise<Seen> => {
    let current = await seen();
    for (let end = Date.now() + patienceMs; current.notes < notes; await sleep(5)) {
      const before = current.notes;
      current = await seen();
      if (current.notes > before) end = Date.now() + patienceMs;
      if (Date.now() > end) throw new Error(`HubSpot has ${current.notes} notes of ${notes}, and there come no more.`);
    }
    return current;
  };
  return { ...server, token: 'pat-eu1-a-token-for-the-bench', seen, until };
}
