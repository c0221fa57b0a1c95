import {
  type Conversation,
  inOrder,
  type Message,
  type Outcome,
  type Page,
  type Shop,
  type Timing,
  type Variable,
  type Visitor,
} from '../conversation/model.ts';
import { toConversationId } from './hook.ts';
import { type Fields, toFields, toFlag, toId, toInstant, toList, toNumber, toText, whole } from './lenient.ts';
import { withShop } from './shop-plugins.ts';
import type { Snapshot } from './snapshot.ts';
import { toMessages } from './snapshot-to-message.ts';
import { toRating, toVariables, toVisitorId } from './to-conversation.ts';

/** Translates a snapshot, whatever its values' types. */
export function snapshotToConversation(snapshot: Snapshot, platform?: Shop['platform']): Conversation {
  const { accountId, conversation } = snapshot;
  const contact = toFields(snapshot.contact);
  const visitor = toFields(snapshot.visitor);
  const names = { agents: agentNames(snapshot.agents), visitor: toText(contact['name']) };
  const messages = inOrder(
    snapshot.messages.flatMap((message) => toMessages(message, names)),
    ({ sentAt }) => sentAt,
  );
  const channelId = toText(conversation['id']) ?? '';
  const startedAt = toInstant(conversation['created_at']);
  const endedAt = toInstant(conversation['finished_at']);
  const outcome = toOutcome(conversation, messages);
  const translated = {
    id: toConversationId(accountId, channelId),
    accountId: whole(accountId),
    channelId: whole(channelId),
    startedAt,
    endedAt,
    outcome,
    flags: toFlags(conversation, outcome, messages),
    rating: toRating(conversation['rating_value'], conversation['rating_text']),
    timing: { duration: secondsBetween(startedAt, endedAt), ...toAnswerTimes(snapshot.messages, messages) },
    visitor: toVisitor({ conversation, contact, visitor }),
    channelType: toText(toFields(conversation['channel'])['type']) ?? toText(conversation['channel']),
    groupId: toId(conversation['group_id']),
    tags: toTags(conversation['tags']),
    pages: toPages(snapshot.messages, visitor),
    messages,
  };
  return withShop(translated, platform);
}

function agentNames(agents: readonly Fields[]): ReadonlyMap<string, string> {
  return new Map(
    agents.flatMap((agent) => {
      const id = toText(agent['id']);
      const name = toText(agent['name']) ?? toText(agent['fullname']) ?? toText(agent['email']);
      return id === null || name === null ? [] : [[id, name]];
    }),
  );
}

/** The speakers decide, since an offline message that an agent answered later is answered. */
function toOutcome(conversation: Fields, messages: readonly Message[]): Outcome {
  const spoken = messages.filter(({ speaker }) => speaker !== 'system' && speaker !== 'trigger');
  const spoke = (speaker: Message['speaker']) => spoken.some((message) => message.speaker === speaker);
  if (spoke('agent')) return 'answered';
  if (!spoke('visitor')) return 'automatic';
  if (toFlag(conversation['is_offline'])) return 'offline';
  // Nobody waits for an agent if a bot had the last word and no agent took the chat.
  return spoken.at(-1)?.speaker === 'bot' && !toFlag(conversation['is_served']) ? 'answered' : 'missed';
}

const closed = new Set(['closed', 'resolved']);

function toFlags(conversation: Fields, outcome: Outcome, messages: readonly Message[]): Conversation['flags'] {
  const isClosed = closed.has(toText(conversation['status'])?.toLowerCase() ?? '');
  return {
    isChat: outcome === 'answered',
    isMissed: outcome === 'missed',
    isTriggered: messages.some(({ speaker }) => speaker === 'trigger'),
    isOffline: toFlag(conversation['is_offline']),
    isCompleted: outcome === 'answered' && isClosed,
    isDropped: false,
  };
}

/** From `response_time` of the agents' messages; if no message has it, from the times of the messages. */
function toAnswerTimes(sent: readonly unknown[], messages: readonly Message[]): Omit<Timing, 'duration'> {
  const told = sent.map(toFields).flatMap((message) => {
    const seconds = toText(message['sub_type']) === 'agent' ? toNumber(message['response_time']) : null;
    return seconds !== null && seconds >= 0 ? [{ seconds, at: toInstant(message['created_at']) ?? '' }] : [];
  });
  const waits = told.toSorted((a, b) => (a.at < b.at ? -1 : 1)).map(({ seconds }) => seconds);
  return meanOf(waits.length > 0 ? waits : waitsIn(messages));
}

/** How long the visitor waited for each answer of an agent. */
function waitsIn(messages: readonly Message[]): readonly number[] {
  const waits: number[] = [];
  let askedAt: string | null = null;
  for (const { speaker, sentAt } of messages) {
    if (speaker === 'visitor') askedAt ??= sentAt;
    if (speaker !== 'agent') continue;
    const wait = secondsBetween(askedAt, sentAt);
    if (wait !== null) waits.push(wait);
    askedAt = null;
  }
  return waits;
}

function meanOf(waits: readonly number[]): Omit<Timing, 'duration'> {
  const [firstResponse = null] = waits;
  const sum = waits.reduce((total, wait) => total + wait, 0);
  return { firstResponse, averageResponse: firstResponse === null ? null : Math.round(sum / waits.length) };
}

function secondsBetween(from: string | null, to: string | null): number | null {
  if (from === null || to === null) return null;
  const seconds = (Date.parse(to) - Date.parse(from)) / 1000;
  return seconds < 0 ? null : Math.round(seconds);
}

type Sources = { readonly conversation: Fields; readonly contact: Fields; readonly visitor: Fields };

function toVisitor({ conversation, contact, visitor }: Sources): Visitor {
  const location = toFields(conversation['location']);
  const text = (...values: readonly unknown[]) => values.map(toText).find((value) => value !== null) ?? null;
  const consent = contact['gdpr_approved'];
  return {
    id: toVisitorId(text(conversation['contact_id'], contact['id'], conversation['visitor_id'], visitor['id'])),
    name: text(contact['name']),
    email: text(contact['email']),
    note: text(contact['note']),
    group: null,
    referrer: text(conversation['referer'], visitor['referrer'], visitor['referer']),
    ipAddress: text(location['ip'], visitor['ip']),
    city: text(location['city'], visitor['location_city']),
    country: text(location['country'], visitor['location_country']),
    countryCode: text(location['code'], visitor['location_country_code']),
    userAgent: text(visitor['user_agent'], visitor['browser']),
    platform: text(visitor['platform']),
    language: text(visitor['lang'], visitor['language']),
    consent: consent === undefined || consent === null ? null : toFlag(consent),
    variables: variablesOf({ conversation, contact, visitor }),
  };
}

/** The conversation's own variables count before the visitor's and the contact's of the same key. */
function variablesOf({ conversation, contact, visitor }: Sources): readonly Variable[] {
  const all = [
    ...[conversation['variables'], visitor['variables'], contact['properties']].flatMap((each) => toVariables(each)),
    ...toVariables({ phone: { label: 'Phone', value: contact['phone'] } }),
  ];
  return [...new Map(all.toReversed().map((variable) => [variable.key, variable])).values()].toReversed();
}

/** A list of names or of objects, or such a list within `{type: "list", data}`. */
function toTags(tags: unknown): readonly string[] {
  const { data = tags } = toFields(tags);
  return [...new Set(toList(data).flatMap((tag) => toText(tag) ?? []))];
}

/** Smartsupp keeps no browsing history here: only the pages on which somebody wrote, and the last one. */
function toPages(sent: readonly unknown[], visitor: Fields): readonly Page[] {
  const last = { url: toText(visitor['page_url']), title: toText(visitor['page_title']) };
  const seen = [...sent.map((message) => ({ url: toText(toFields(message)['page_url']), title: null })), last];
  const pages = new Map<string, Page>();
  for (const { url, title } of seen) {
    if (url !== null) pages.set(url, { url, title: title ?? pages.get(url)?.title ?? null });
  }
  return [...pages.values()];
}
