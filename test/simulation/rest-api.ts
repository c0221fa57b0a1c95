import type { HttpResponse, Transport } from '../../lambda/crm/http/transport.ts';
import type { Watermark } from '../../lambda/reconcile/reconcile.ts';
import { Refused } from './calls.ts';
import type { Process } from './process.ts';
import type { Post } from './script.ts';
import { chatId, messagesOf, visitorIdOf } from './smartsupp.ts';

/** Smartsupp's own side: the conversations that have ended there, and its REST API. */
export type RestApi = ReturnType<typeof createRestApi>;

type Conversation = {
  /** As its newest copy. */
  readonly post: Post;
  readonly createdAt: number;
  readonly finishedAt: number;
  readonly changedAt: number;
};

/** A search does not find for so long what has ended. */
const searchLagMs = 5 * 60_000;
/** Reconcile looks as far behind its watermark each time, and farther once a day. */
const overlapMs = 2 * 60 * 60_000;
/** So that there are several pages. */
const pageSize = 2;

export function createRestApi(now: () => number) {
  const conversations = new Map<string, Conversation>();
  const emails = new Map<string, string>();

  const contact = (id: string) => ({ id, email: emails.get(id) ?? null });
  const record = ([id, { post, changedAt }]: readonly [string, Conversation]) => ({
    id,
    status: 'closed',
    contact_id: visitorIdOf(post),
    rating_value: post.rating,
    updated_at: new Date(changedAt).toISOString(),
  });

  function search({ query: [{ value: span }], after }: SearchBody) {
    const [from = 0, to = 0] = span.map((time) => Date.parse(time));
    const found = [...conversations]
      .filter(([, { finishedAt }]) => finishedAt >= from && finishedAt <= to && finishedAt + searchLagMs <= now())
      .filter(([, { createdAt }]) => createdAt > (after?.[0] ?? 0));
    const page = found.slice(0, pageSize);
    return { items: page.map(record), after: page.length < found.length ? [page.at(-1)?.[1].createdAt] : null };
  }

  return {
    conversations: conversations as ReadonlyMap<string, Conversation>,
    /** A conversation begins, goes on, is rated, or its visitor leaves an address. Answers the event that tells of it. */
    take(post: Post): { readonly event: string; readonly data: object } {
      const id = chatId(post).slice('1:'.length);
      const contactId = visitorIdOf(post);
      const before = conversations.get(id);
      const known = before?.post ?? { messages: 0, rating: null };
      const next = {
        ...post,
        messages: Math.max(post.messages, known.messages),
        rating: post.rating ?? known.rating,
      };
      const at = Math.floor(now());
      const goesOn = next.messages > known.messages;
      const isRated = next.rating !== known.rating;
      const isNamed = post.email !== null && post.email !== emails.get(contactId);
      if (post.email !== null) emails.set(contactId, post.email);
      conversations.set(id, {
        post: next,
        // A cursor is of milliseconds.
        createdAt: before?.createdAt ?? conversations.size + 1,
        finishedAt: before === undefined || goesOn ? at : before.finishedAt,
        changedAt: before === undefined || goesOn || isRated ? at : before.changedAt,
      });
      if (isNamed && before !== undefined && !goesOn && !isRated)
        return { event: 'contact.updated', data: { contact: { id: contactId } } };
      const event = isRated && !goesOn ? 'conversation.rated' : 'conversation.closed';
      return { event, data: { conversation: { id } } };
    },
    answer(path: string, body: string): object | undefined {
      const [, , kind, id = '', part] = path.split(/[/?]/);
      if (kind === 'contacts') return contact(id);
      if (id === 'search') return search(JSON.parse(body));
      const conversation = conversations.get(id);
      if (conversation === undefined || kind !== 'conversations') return undefined;
      if (part !== 'messages') return record([id, conversation]);
      const items = messagesOf(conversation.post);
      return { items: items.toReversed(), total: items.length };
    },
    /** Whether reconcile says that it has looked at all that has happened here. */
    isReconciled: ({ reachedAt, deepAt, walk }: Watermark): boolean =>
      walk === undefined &&
      [...conversations.values()].every(({ finishedAt, changedAt }) => {
        const lookedAt = changedAt - finishedAt < overlapMs ? reachedAt : deepAt;
        return Date.parse(lookedAt) >= Math.max(changedAt, finishedAt + searchLagMs);
      }),
  };
}

type SearchBody = {
  readonly query: readonly [{ readonly value: readonly string[] }];
  readonly after?: readonly number[];
};

/** The network between a process and that API. */
export const transportTo = (api: RestApi, running: () => Process): Transport => ({
  send: ({ method, path, body }, signal) =>
    new Promise((resolve, reject) => {
      const process = running();
      signal.addEventListener('abort', () => process.isAlive() && reject(signal.reason));
      const what = `${method} ${path}`;
      process
        .ask({
          service: 'smartsupp',
          what,
          effect: () => {
            const found = api.answer(path, String(body));
            return found === undefined ? responseOf(404, {}) : responseOf(200, found);
          },
        })
        .catch((error: unknown) => {
          if (error instanceof Refused) return responseOf(error.status, { code: 'refused' }, error.headers);
          throw error;
        })
        .then(resolve, reject);
    }),
  close: () => {},
});

const responseOf = (status: number, json: object, headers = {}): HttpResponse => ({
  status,
  headers: { 'content-type': 'application/json', ...headers },
  body: bytesOf(JSON.stringify(json)),
});

async function* bytesOf(text: string) {
  yield Buffer.from(text);
}
