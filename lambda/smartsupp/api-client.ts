import { inOrder } from '../conversation/model.ts';
import type { Answer } from '../crm/http/answer.ts';
import type { HttpClient } from '../crm/http/http.ts';
import { CrmError } from '../crm/port/errors.ts';
import { EmptySecret } from '../platform/secrets.ts';
import { type Fields, isFields, toInstant, toList, toNumber, toText } from './lenient.ts';

/** Smartsupp's REST API v2, as far as it is known: only ids are certain, so records are returned as they came. */
export type SmartsuppApi = {
  /** One page of the conversations that ended in a span of time. */
  readonly search: (query: SearchQuery) => Promise<Page>;
  /** Throws a permanent CrmError if Smartsupp does not know it, or not any more. */
  readonly conversation: (id: string) => Promise<Fields>;
  /** All of them, oldest first, even if more come while they are read. */
  readonly messages: (conversationId: string) => Promise<Messages>;
  /** Undefined if Smartsupp does not know them. */
  readonly contact: (id: string) => Promise<Fields | undefined>;
  readonly visitor: (id: string) => Promise<Fields | undefined>;
  readonly agents: () => Promise<readonly Fields[]>;
};

export type SearchQuery = {
  /** Both included. */
  readonly finishedFrom: Date;
  readonly finishedTo: Date;
  /** Conversations in a page: 50 to 200. */
  readonly size: number;
  /** The `after` of the page before; undefined for the first. */
  readonly after?: unknown;
};

export type Page = {
  readonly items: readonly Fields[];
  /** For the next page; undefined after the last. */
  readonly after: unknown;
  /** Over all pages; null if Smartsupp does not say. */
  readonly total: number | null;
};

type Messages = {
  readonly messages: readonly Fields[];
  /** False if fewer came than Smartsupp counts, again and again. */
  readonly isComplete: boolean;
};

type SmartsuppApiOptions = {
  readonly http: Pick<HttpClient, 'api'>;
  /** Such as `https://api.smartsupp.com/v2/`. */
  readonly url: string;
  readonly token: () => Promise<string>;
};

const pageSize = 200;

/** Every method throws a CrmError if Smartsupp refuses, or does not answer. */
export function createSmartsuppApi({ http, url, token }: SmartsuppApiOptions): SmartsuppApi {
  const call = http.api({
    vendor: 'Smartsupp',
    baseUrl: url,
    headers: async () => ({ authorization: `Bearer ${await token()}` }),
    advice: (status) => advices.get(status) ?? 'See docs/runbook.md.',
  });
  const get = (kind: string, path: readonly string[], expected: readonly number[] = []) =>
    call({ operation: `read the ${kind}`, method: 'GET', path, expected });
  // The requested id replaces the record's own, whatever its type.
  const record = (kind: string, id: string, answer: Answer) => ({ ...recordIn(answer.as(isFields), kind), id });
  const find = async (kind: string, path: readonly [string, id: string]) => {
    const answer = await get(kind, path, unknown);
    return unknown.includes(answer.status) ? undefined : record(kind, path[1], answer);
  };

  return {
    search: async ({ finishedFrom, finishedTo, size, after }) => {
      const { body } = await call({
        operation: 'search conversations',
        method: 'POST',
        path: ['conversations', 'search'],
        readsOnly: true,
        body: {
          timezone: 'UTC',
          size,
          query: [{ field: 'finishedAt', value: [finishedFrom.toISOString(), finishedTo.toISOString()] }],
          sort: [{ createdAt: 'asc' }],
          ...(after !== undefined && { after }),
        },
      });
      return toPage(body);
    },
    conversation: async (id) => record('conversation', id, await get('conversation', ['conversations', id])),
    messages: (id) =>
      readAllPages(async (after) => {
        const cursor = cursorText(after);
        const { body } = await call({
          operation: 'read the messages',
          method: 'GET',
          path: ['conversations', id, 'messages'],
          query: { size: String(pageSize), sort: 'desc', ...(cursor !== null && { after: cursor }) },
        });
        return toPage(body);
      }),
    contact: (id) => find('contact', ['contacts', id]),
    visitor: (id) => find('visitor', ['visitors', id]),
    agents: async () => {
      const { body } = await call({ operation: 'list the agents', method: 'GET', path: ['agents'] });
      return listIn(body, 'agents');
    },
  };
}

const advices: ReadonlyMap<number, string> = new Map([
  [401, 'Store a valid token: npx forwarder secret api.'],
  [403, "Ask Smartsupp's support to let the token read conversations, contacts, visitors and agents."],
]);

/** The statuses of a record that is gone, or never was there. */
const unknown = [404, 410];

/** The record itself, or wrapped in its name or in `data`. */
function recordIn(body: Fields, kind: string): Fields {
  if (Object.hasOwn(body, 'id')) return body;
  return [body[kind], body['data']].find(isFields) ?? body;
}

function toPage(body: unknown): Page {
  const items = listIn(body, 'messages', 'conversations');
  const { after, total } = isFields(body) ? body : {};
  return { items, after: items.length === 0 || cursorText(after) === null ? undefined : after, total: toNumber(total) };
}

function listIn(body: unknown, ...names: readonly string[]): readonly Fields[] {
  if (!isFields(body)) return toList(body).filter(isFields);
  const list = ['items', ...names, 'data'].map((name) => body[name]).find((value) => value !== undefined);
  return toList(list).filter(isFields);
}

/** `[1764499000000]`, `"msCf"` and `1764499000000` as a query's value; null if there is none. */
const cursorText = (after: unknown): string | null =>
  Array.isArray(after) ? after.flatMap((part) => toText(part) ?? []).join(',') || null : toText(after);

const maxReadings = 3;
/** Longer than any conversation: a cursor that never ends must be stopped. */
const maxPages = 500;

/**
 * Reads all messages, newest first. A message that comes or goes while they are read shifts the pages, so a message may
 * come twice, or be left out: the count tells, and they are read again.
 */
async function readAllPages(readPage: (after: unknown) => Promise<Page>): Promise<Messages> {
  let all: ReadonlyMap<string, Fields> = new Map();
  for (let reading = 1; ; reading += 1) {
    const { found, isComplete } = await readOnce(readPage);
    all = new Map([...found, ...[...all].filter(([key]) => !found.has(key))]);
    if (!isComplete && reading < maxReadings) continue;
    const messages = inOrder([...all.values()].toReversed(), (message) => toInstant(message['created_at']));
    return { messages, isComplete };
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

/** Reads the token of Smartsupp's API. Nothing was asked of Smartsupp if it cannot be read. */
export const createReadToken = (readSecret: () => Promise<string>) => async (): Promise<string> => {
  try {
    return (await readSecret()).trim();
  } catch (cause) {
    if (cause instanceof EmptySecret) {
      const words = "The secret of Smartsupp's token is empty. Store it: npx forwarder secret api.";
      throw new CrmError(words, { kind: 'credentials' }, { cause });
    }
    const code = cause instanceof Error ? cause.name : typeof cause;
    const words = `Smartsupp's token cannot be read: AWS Secrets Manager did not return it (${code}). It will be tried again.`;
    throw new CrmError(words, { kind: 'retryable' }, { cause });
  }
};
