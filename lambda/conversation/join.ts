import { type Conversation, inOrder, type Message, type Variable, type Visitor } from './model.ts';

/** One chat as each source has it; only one of them until both have come. */
export type BySource = { readonly hook?: Conversation | undefined; readonly api?: Conversation | undefined };

/**
 * Joins what both sources say into one chat: pages, variables and the agents' ids are the hook's, tags, files and
 * consent the API's, and the words those of the source that has more.
 */
export function joinConversations(id: string, { hook, api }: BySource): Conversation | undefined {
  if (hook === undefined || api === undefined) {
    const only = hook ?? api;
    return only && { ...only, id };
  }
  const { accountId, channelId } = api.id === id ? api : hook;
  const hasMore = spoken(hook) > spoken(api) ? 'hook' : 'api';
  // The API guesses what the hook says in its flags, so its outcome counts only if more was written since.
  const ending = spoken(api) > spoken(hook) ? api : hook;
  return {
    id,
    accountId,
    channelId,
    startedAt: earliest(hook.startedAt, api.startedAt),
    endedAt: latest(hook.endedAt, api.endedAt),
    outcome: ending.outcome,
    flags: ending.flags,
    rating: ending.rating ?? hook.rating ?? api.rating,
    timing: {
      duration: ending.timing.duration ?? api.timing.duration,
      firstResponse: ending.timing.firstResponse ?? api.timing.firstResponse,
      averageResponse: ending.timing.averageResponse ?? api.timing.averageResponse,
    },
    visitor: joinVisitors(hook.visitor, api.visitor),
    shop: hook.shop ?? api.shop,
    channelType: api.channelType ?? hook.channelType,
    groupId: api.groupId ?? hook.groupId,
    tags: [...new Set([...api.tags, ...hook.tags])],
    pages: hook.pages.length > 0 ? hook.pages : api.pages,
    messages: joinMessages(hook.messages, api.messages, hasMore),
  };
}

const spoken = ({ messages }: Conversation) =>
  messages.filter(({ speaker }) => speaker !== 'system' && speaker !== 'trigger').length;

const earliest = (one: string | null, other: string | null) =>
  [one, other].filter((at) => at !== null).sort()[0] ?? null;
const latest = (one: string | null, other: string | null) =>
  [one, other]
    .filter((at) => at !== null)
    .sort()
    .at(-1) ?? null;

/** Name and address are the API's if it has them, since agents correct them there after the chat. */
function joinVisitors(hook: Visitor, api: Visitor): Visitor {
  return {
    // The API's id is a contact, the hook's only a browser.
    id: api.id ?? hook.id,
    name: api.name ?? hook.name,
    email: api.email ?? hook.email,
    note: api.note ?? hook.note,
    group: hook.group ?? api.group,
    referrer: hook.referrer ?? api.referrer,
    ipAddress: hook.ipAddress ?? api.ipAddress,
    city: hook.city ?? api.city,
    country: hook.country ?? api.country,
    countryCode: hook.countryCode ?? api.countryCode,
    userAgent: hook.userAgent ?? api.userAgent,
    platform: hook.platform ?? api.platform,
    language: api.language ?? hook.language,
    consent: api.consent ?? hook.consent,
    variables: joinVariables(hook.variables, api.variables),
  };
}

function joinVariables(hook: readonly Variable[], api: readonly Variable[]): readonly Variable[] {
  const keys = new Set(hook.map(({ key }) => key));
  return [...hook, ...api.filter(({ key }) => !keys.has(key))];
}

/** All messages of the source that has more, each with what the other knows of it. */
function joinMessages(hook: readonly Message[], api: readonly Message[], hasMore: 'hook' | 'api'): readonly Message[] {
  const [messages, others] = hasMore === 'hook' ? [hook, api] : [api, hook];
  const take = counterparts(others);
  const joined = messages.map((message) => {
    const other = take(message);
    if (other === undefined) return message;
    return hasMore === 'hook' ? joinMessage(message, other) : joinMessage(other, message);
  });
  // Not every source says who joined and left. Such an event without a time is put at the end.
  const isEvent = ({ speaker }: Message) => speaker === 'system';
  if (messages.some(isEvent)) return joined;
  const end = joined.findLast(({ sentAt }) => sentAt !== null)?.sentAt ?? '';
  const timeOf = (message: Message) => message.sentAt ?? (isEvent(message) ? end : null);
  return inOrder([...joined, ...others.filter(isEvent)], timeOf);
}

/** Finds the other source's form of a message, each once: the same words, or the same file, or else the same moment. */
function counterparts(others: readonly Message[]): (message: Message) => Message | undefined {
  const left = new Set(others);
  const byKey = Map.groupBy(
    others.toReversed().flatMap((message) => keysOf(message).map((key) => ({ key, message }))),
    ({ key }) => key,
  );
  return (message) => {
    for (const key of keysOf(message)) {
      const found = byKey.get(key) ?? [];
      for (let next = found.pop(); next !== undefined; next = found.pop()) {
        if (left.delete(next.message)) return next.message;
      }
    }
    return undefined;
  };
}

function keysOf({ speaker, text, files, sentAt }: Message): readonly string[] {
  const side = speaker === 'visitor' || speaker === 'system' ? speaker : 'shop';
  const words = text.replace(/\s+/g, ' ').trim();
  const named = [...text.matchAll(fileLine)].flatMap(([, name, url]) => [url, name]);
  const sent = files.flatMap(({ name, url }) => [url, name]);
  return [
    ...(words === '' ? [] : [`${side} says ${words}`]),
    ...[...sent, ...named].flatMap((file) => (file ? [`${side} sends ${file}`] : [])),
    ...(sentAt === null || speaker === 'system' ? [] : [`${side} at ${sentAt}`]),
  ];
}

/** In the form that the hook's translation gives a file. */
const fileLine = /^(?:(.+) – )?(https?:\/\/\S+)$/gm;

function joinMessage(hook: Message, api: Message): Message {
  const files = api.files.length > 0 ? api.files : hook.files;
  return {
    // The hook does not know bots.
    speaker: api.speaker === 'bot' ? 'bot' : hook.speaker,
    name: hook.name ?? api.name,
    agentId: hook.agentId ?? api.agentId,
    // The files are listed separately, so drop the hook's line with their names and links.
    text: api.files.length > 0 ? api.text : hook.text,
    files,
    sentAt: hook.sentAt ?? api.sentAt,
  };
}
