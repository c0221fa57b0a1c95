import { type Context, Hono } from 'hono';

/** The calls of Smartsupp's REST API v2 that the forwarder makes, as the vendor's documents and users describe them. */
export function createApi(records: Records, token: string): Hono {
  const app = new Hono().basePath('/v2');
  app.use(async (context, next) => {
    if (context.req.header('authorization') === `Bearer ${token}`) return next();
    return context.json({ code: 'unauthorized', message: 'The token is not valid.' }, 401);
  });

  app.post('/conversations/search', async (context) => {
    const { size = 50, query = [], after } = await context.req.json<SearchBody>();
    const found = records
      .all()
      .map(({ conversation }): ApiRecord => conversation)
      .filter((conversation) => query.every((condition) => matches(conversation, condition)))
      .map((conversation) => ({ conversation, at: timeOf(conversation['created_at']) }))
      .toSorted((a, b) => a.at - b.at);
    const left = found.filter(({ at }) => after === undefined || at > Number(after[0]));
    const page = left.slice(0, size);
    const next = page.length < left.length ? [page.at(-1)?.at] : null;
    return context.json({ total: found.length, after: next, items: page.map(({ conversation }) => conversation) });
  });

  app.get('/conversations/:id', (context) => answer(context, records.chat(context.req.param('id'))?.conversation));

  app.get('/conversations/:id/messages', (context) => {
    const chat = records.chat(context.req.param('id'));
    if (chat === undefined) return notFound(context);
    const size = Math.min(Math.max(Number(context.req.query('size') ?? 50), 1), maxPageSize);
    const after = context.req.query('after');
    const sorted = context.req.query('sort') === 'desc' ? chat.messages.toReversed() : chat.messages;
    const from = after === undefined ? 0 : sorted.findIndex((message) => message['id'] === after) + 1;
    const items = sorted.slice(from, from + size);
    const next = from + size < sorted.length ? (items.at(-1)?.['id'] ?? null) : null;
    return context.json({ total: sorted.length, after: next, items });
  });

  app.get('/contacts/:id', (context) => answer(context, records.contact(context.req.param('id'))));
  app.get('/visitors/:id', (context) => answer(context, records.visitor(context.req.param('id'))));
  app.get('/visitors/:id/pages', (context) =>
    context.json({ code: 'not_implemented', message: 'There is no browsing history here.' }, 400),
  );
  app.get('/agents', (context) => context.json({ agents: records.agents() }));
  app.notFound(notFound);
  return app;
}

const maxPageSize = 200;

type SearchBody = {
  readonly size?: number;
  readonly query?: readonly Condition[];
  readonly after?: readonly (number | string)[];
};

type Condition = { readonly field: string; readonly value: unknown };

/** A range of times on `createdAt`, `finishedAt` or `updatedAt`, or a value on any other field. */
function matches(conversation: ApiRecord, { field, value }: Condition): boolean {
  const name = field.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  if (!Array.isArray(value)) return conversation[name] === value;
  const [from, to]: readonly unknown[] = value;
  const at = timeOf(conversation[name]);
  return at >= timeOf(from) && at <= timeOf(to);
}

/** In milliseconds; NaN, which no range includes, if it isn't a time. */
const timeOf = (time: unknown): number =>
  typeof time === 'number' ? time : typeof time === 'string' ? Date.parse(time) : Number.NaN;

const notFound = (context: Context) => context.json({ code: 'not_found', message: 'Not found.' }, 404);

const answer = (context: Context, record: ApiRecord | undefined) =>
  record === undefined ? notFound(context) : context.json(record);

/** A record as the fake answers it: tests leave fields out, or give them other types. */
export type ApiRecord = Readonly<Record<string, unknown>>;

/** The fake's records of one conversation. Messages are oldest first. */
export type FakeChat = {
  readonly conversation: ApiRecord & { readonly id: string };
  readonly messages: readonly ApiRecord[];
  readonly contact?: ApiRecord & { readonly id: string };
  readonly visitor?: ApiRecord & { readonly id: string };
};

export type Records = {
  /** Adds or replaces a conversation. */
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
