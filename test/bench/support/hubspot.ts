import { once, run } from './run.ts';
import { type ServerChild, startServerChild } from './server-child.ts';

export type BenchHubspot = ServerChild & {
  readonly token: string;
  /** Forgets all that it has, and takes so long for each call from now on. */
  readonly begin: (delayMs: number) => Promise<void>;
  /** Waits until there are so many notes, however long that takes as long as there come more. */
  readonly until: (notes: number) => Promise<Seen>;
};

/** `lastNoteAt`: when it was answered, in epoch milliseconds. */
export type Seen = { readonly calls: number; readonly notes: number; readonly lastNoteAt: number };

/** In which no note comes. */
const patienceMs = 60_000;

/** The HubSpot of all rows, in a process of its own: one address, and so one configuration and one bundle. */
export const hubspot = once(async (): Promise<BenchHubspot> => {
  const server = await startServerChild('children/fake-hubspot.ts', []);
  run.defer(async () => server.stop());

  const seen = async (notes: number): Promise<Seen> => {
    const { calls, notes: had, lastNoteAt } = Object(await (await fetch(`${server.url}/${notes}`)).json());
    return { calls: Number(calls), notes: Number(had), lastNoteAt: Number(lastNoteAt) };
  };

  return {
    ...server,
    token: 'pat-eu1-a-token-for-the-bench',
    begin: async (delayMs) => {
      await fetch(server.url, { method: 'PUT', body: String(delayMs) });
    },
    until: async (notes) => {
      let current = await seen(notes);
      for (let end = Date.now() + patienceMs; current.notes < notes; ) {
        if (Date.now() > end)
          throw new Error(`HubSpot has ${current.notes} notes of ${notes}, and there come no more.`);
        const before = current.notes;
        current = await seen(notes);
        if (current.notes > before) end = Date.now() + patienceMs;
      }
      return current;
    },
  };
});
