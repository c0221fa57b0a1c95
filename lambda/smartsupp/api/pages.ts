import { type Fields, toInstant, toText } from '../lenient.ts';

export type Page = {
  readonly items: readonly Fields[];
  /** For the next page; undefined after the last. */
  readonly after: unknown;
  /** Over all pages; null if Smartsupp does not say. */
  readonly total: number | null;
};

export type Messages = {
  readonly messages: readonly Fields[];
  /** False if fewer came than Smartsupp counts, again and again. */
  readonly isComplete: boolean;
};

const maxReadings = 3;
/** Longer than any conversation: a cursor that never ends must be stopped. */
const maxPages = 500;

/**
 * Reads all messages, newest first. A message that comes or goes while they are read shifts the pages, so a message may
 * come twice, or be left out: the count tells, and they are read again.
 */
export async function readAllPages(readPage: (after: unknown) => Promise<Page>): Promise<Messages> {
  let all: ReadonlyMap<string, Fields> = new Map();
  for (let reading = 1; ; reading += 1) {
    const { found, isComplete } = await readOnce(readPage);
    all = new Map([...found, ...[...all].filter(([key]) => !found.has(key))]);
    if (isComplete || reading === maxReadings) return { messages: oldestFirst([...all.values()]), isComplete };
  }
}

async function readOnce(readPage: (after: unknown) => Promise<Page>) {
  const found = new Map<string, Fields>();
  let after: unknown;
  let total: number | null = null;
  let pages = 0;
  for (; pages < maxPages; pages += 1) {
    const page = await readPage(after);
    const before = found.size;
    for (const message of page.items) found.set(keyOf(message), message);
    total = page.total ?? total;
    after = page.after;
    const isLast = after === undefined || found.size === before || (total !== null && found.size >= total);
    if (isLast) break;
  }
  if (total !== null) return { found, isComplete: found.size >= total };
  return { found, isComplete: pages === 0 || (await isUnchanged(readPage, found)) };
}

/** Without a count, the first page shows whether a message came meanwhile. */
async function isUnchanged(readPage: (after: unknown) => Promise<Page>, found: ReadonlyMap<string, Fields>) {
  const { items } = await readPage(undefined);
  return items.every((message) => found.has(keyOf(message)));
}

const keyOf = (message: Fields): string => toText(message['id']) ?? JSON.stringify(message);

/** Messages with the same time, or none, stay in Smartsupp's order. */
function oldestFirst(newestFirst: readonly Fields[]): readonly Fields[] {
  let last = '';
  return newestFirst
    .toReversed()
    .map((message) => {
      last = toInstant(message['created_at']) ?? last;
      return { message, at: last };
    })
    .toSorted((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0))
    .map(({ message }) => message);
}
