import { identifyingId } from '../conversation/match-keys.ts';
import {
  type Conversation,
  inOrder,
  type Message,
  type Outcome,
  type Page,
  type Rating,
  type Shop,
  type Variable,
  type Visitor,
} from '../conversation/model.ts';
import { conversationId, type Hook } from './hook.ts';
import {
  type Fields,
  isFields,
  toFields,
  toFlag,
  toId,
  toInstant,
  toList,
  toNumber,
  toText,
  whole,
} from './lenient.ts';
import { withShop } from './shop-plugins.ts';
import { toMessages } from './to-message.ts';

/** Translates an accepted hook, of either documented version, or as well as possible. */
export function toConversation(hook: Hook, platform?: Shop['platform']): Conversation {
  const channel: Fields = hook.channel;
  const messages = inOrder(toList(hook.messages).flatMap(toMessages), ({ sentAt }) => sentAt);
  const flags = {
    isChat: toFlag(channel['isChat']),
    isMissed: toFlag(channel['isMissed']),
    isTriggered: toFlag(channel['isTriggered']),
    isOffline: toFlag(channel['isOffline']),
    isCompleted: toFlag(channel['isCompleted']),
    isDropped: toFlag(channel['isDropped']),
  };
  const conversation = {
    id: conversationId(hook),
    accountId: whole(String(hook.accountId)),
    channelId: whole(String(hook.channel.id)),
    startedAt: toInstant(hook['beginAt']),
    endedAt: toInstant(hook['endAt']),
    outcome: toOutcome(flags, messages),
    flags,
    rating: toRating(channel['rating'], channel['ratingDesc']),
    timing: {
      duration: toNumber(channel['duration']),
      firstResponse: toNumber(channel['firstResponse']),
      averageResponse: toNumber(channel['avgResponse']),
    },
    visitor: toVisitor(toFields(hook.visitor)),
    channelType: null,
    groupId: null,
    tags: [],
    pages: toList(hook.paths).flatMap(toPages),
    messages,
  };
  return withShop(conversation, platform);
}

/** The flags decide, or else the speakers. */
function toOutcome(flags: Conversation['flags'], messages: readonly Message[]): Outcome {
  const spoke = (speaker: Message['speaker']) => messages.some((message) => message.speaker === speaker);
  if (flags.isOffline) return 'offline';
  if (flags.isMissed) return 'missed';
  if (flags.isDropped && !flags.isCompleted) return 'dropped';
  if (flags.isChat || flags.isCompleted || spoke('agent')) return 'answered';
  return spoke('visitor') ? 'missed' : 'automatic';
}

/** In characters. The comment is stored in the chat's item, which holds 400 KB. */
const maxCommentLength = 4000;

/** Ratings begin at 1: 0 means that there is none. */
export function toRating(value: unknown, text: unknown): Rating | null {
  const score = toNumber(value);
  if (score === null || score === 0) return null;
  return { score, comment: toText(text)?.slice(0, maxCommentLength).toWellFormed() ?? null };
}

function toVisitor(visitor: Fields): Visitor {
  return {
    id: toVisitorId(visitor['id']),
    name: toText(visitor['name']),
    email: toText(visitor['email']),
    note: toText(visitor['note']),
    group: toId(visitor['group']) ?? toId(visitor['groupKey']),
    referrer: toText(visitor['referer']),
    ipAddress: toText(visitor['ipAddress']),
    city: toText(visitor['city']),
    country: toText(visitor['country']),
    countryCode: toText(visitor['countryCode']),
    userAgent: toText(visitor['userAgent']),
    platform: toText(visitor['platform']),
    language: null,
    consent: null,
    variables: [
      ...toVariables(visitor['variables']),
      ...toVariables({ phone: { label: 'Phone', value: visitor['phone'] } }),
    ],
  };
}

/** Text as it came, because `identifyingId` refuses lone surrogates. */
export function toVisitorId(id: unknown): string | null {
  const text = typeof id === 'string' ? id : toId(id);
  return text === null ? null : identifyingId(text);
}

/** A map of key to `{label, value}` or to the value. In a list, a variable without a key gets its position. */
export function toVariables(variables: unknown): readonly Variable[] {
  if (isFields(variables)) return Object.entries(variables).flatMap(([key, given]) => toVariable(key, given));
  return toList(variables).flatMap((given, index) => {
    const own = isFields(given) ? (toText(given['key']) ?? toText(given['name']) ?? toText(given['label'])) : null;
    return toVariable(own ?? String(index + 1), given);
  });
}

function toVariable(key: string, given: unknown): readonly Variable[] {
  const isDescribed = isFields(given) && Object.hasOwn(given, 'value');
  const label = isFields(given) ? toText(given['label']) : null;
  const value = toValue(isDescribed ? given['value'] : given);
  return value === null ? [] : [{ key, label: label ?? key, value }];
}

function toValue(given: unknown): Variable['value'] | null {
  const text = toText(given);
  if (text === null) return null;
  if (typeof given === 'string') return whole(given);
  return typeof given === 'number' || typeof given === 'boolean' ? given : text;
}

function toPages(path: unknown): readonly Page[] {
  const { url, title }: Fields = isFields(path) ? path : { url: path };
  const address = toText(url);
  return address === null ? [] : [{ url: address, title: toText(title) }];
}
