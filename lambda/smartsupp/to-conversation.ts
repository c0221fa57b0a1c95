import { createHash } from 'node:crypto';
import { identifyingId } from '../conversation/match-keys.ts';
import type { Conversation, Instant, Message, Outcome, Rating, Variable, Visitor } from '../conversation/model.ts';
import type { Validate } from '../receive/ports.ts';
import { type Hook, readHook } from './hook.ts';
import { withShop } from './shop-plugins.ts';

/** Returns the id of the conversation in a body, or why it is refused. */
export const validateHook: Validate = (body) => {
  const reading = readHook(body);
  return reading.ok ? { ok: true, conversationId: conversationId(reading.hook) } : { ok: false, ...reading.refusal };
};

/** The conversation in a body; undefined if it is not a chat. */
export function readConversation(body: string): Conversation | undefined {
  const reading = readHook(body);
  return reading.ok ? toConversation(reading.hook) : undefined;
}

type HookVisitor = NonNullable<Hook['visitor']>;
type HookMessage = NonNullable<Hook['messages']>[number];

/** Translates a validated hook, of either documented version. */
export function toConversation(hook: Hook): Conversation {
  const { channel } = hook;
  const messages = inOrder((hook.messages ?? []).map(toMessage));
  const flags = {
    isChat: channel.isChat ?? false,
    isMissed: channel.isMissed ?? false,
    isTriggered: channel.isTriggered ?? false,
    isOffline: channel.isOffline ?? false,
    isCompleted: channel.isCompleted ?? false,
    isDropped: channel.isDropped ?? false,
  };
  return withShop({
    id: conversationId(hook),
    accountId: whole(String(hook.accountId)),
    channelId: whole(String(channel.id)),
    startedAt: toInstant(hook.beginAt),
    endedAt: toInstant(hook.endAt),
    outcome: toOutcome(flags, messages),
    flags,
    rating: toRating(channel),
    timing: {
      duration: channel.duration ?? null,
      firstResponse: channel.firstResponse ?? null,
      averageResponse: channel.avgResponse ?? null,
    },
    visitor: toVisitor(hook.visitor ?? {}),
    pages: (hook.paths ?? []).flatMap(({ url, title }) => {
      const address = toText(url);
      return address === null ? [] : [{ url: address, title: toText(title) }];
    }),
    messages,
  });
}

export function conversationId({ accountId, channel }: Hook): string {
  return [accountId, channel.id].map(toIdPart).join(':');
}

/** No known id comes near this. A longer one is replaced by its digest, because a table key holds 1,024 bytes. */
const maxIdPartLength = 256;

/** An id with a lone surrogate is replaced by its digest too, because no URL can hold it. */
function toIdPart(id: string | number): string {
  const text = String(id);
  const encoded = text.isWellFormed() ? encodeURIComponent(text) : undefined;
  return encoded !== undefined && encoded.length <= maxIdPartLength ? encoded : utf16Digest(text);
}

/** Of the UTF-16 units: in UTF-8 all lone surrogates become the same character. */
const utf16Digest = (text: string) => createHash('sha256').update(text, 'utf16le').digest('hex');

/** Flags first; if they are missing or say nothing, who spoke. */
function toOutcome(flags: Conversation['flags'], messages: readonly Message[]): Outcome {
  const spoke = (speaker: Message['speaker']) => messages.some((message) => message.speaker === speaker);
  if (flags.isOffline) return 'offline';
  if (flags.isMissed) return 'missed';
  if (flags.isDropped && !flags.isCompleted) return 'dropped';
  if (flags.isChat || flags.isCompleted || spoke('agent')) return 'answered';
  return spoke('visitor') ? 'missed' : 'automatic';
}

function toRating({ rating, ratingDesc }: Hook['channel']): Rating | null {
  return rating === null || rating === undefined ? null : { score: rating, comment: toText(ratingDesc) };
}

function toVisitor(visitor: HookVisitor): Visitor {
  return {
    id: visitor.id === null || visitor.id === undefined ? null : identifyingId(String(visitor.id)),
    name: toText(visitor.name),
    email: toText(visitor.email),
    note: toText(visitor.note),
    group: toId(visitor.group) ?? toId(visitor.groupKey),
    referrer: toText(visitor.referer),
    ipAddress: toText(visitor.ipAddress),
    city: toText(visitor.city),
    country: toText(visitor.country),
    countryCode: toText(visitor.countryCode),
    userAgent: toText(visitor.userAgent),
    platform: toText(visitor.platform),
    variables: Object.entries(withPhone(visitor)).flatMap(([key, given]) => toVariable(key, given)),
  };
}

/** A number that stands beside the documented fields is told like one from a pre-chat form. */
function withPhone({ phone, variables }: HookVisitor): NonNullable<HookVisitor['variables']> {
  const isGiven = typeof phone === 'string' || typeof phone === 'number';
  return isGiven ? { phone: { label: 'Phone', value: phone }, ...variables } : (variables ?? {});
}

function toVariable(key: string, given: NonNullable<HookVisitor['variables']>[string]): readonly Variable[] {
  const { label, value } = typeof given === 'object' && given !== null ? given : { label: null, value: given };
  const blank = value === null || value === undefined || (typeof value === 'string' && value.trim() === '');
  return blank ? [] : [{ key, label: toText(label) ?? key, value: typeof value === 'string' ? whole(value) : value }];
}

function toMessage(message: HookMessage): Message {
  const from = message.from ?? null;
  const speaker = toSpeaker(message, from);
  return {
    speaker,
    name: (speaker === 'trigger' ? toText(message.triggeredBy) : null) ?? toText(message.name),
    agentId: speaker === 'agent' || (speaker === 'system' && isAgent(from)) ? toAgentId(from) : null,
    text: whole(message.content ?? ''),
    sentAt: toInstant(message.sentAt),
  };
}

/** By time; a message without one stays behind the one before it. */
function inOrder(messages: readonly Message[]): readonly Message[] {
  let last: Instant = '';
  const timed = messages.map((message) => {
    last = message.sentAt ?? last;
    return { message, at: last };
  });
  return timed.sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0)).map(({ message }) => message);
}

/** `type` is an open set: anything other than a visitor, an agent or the system counts as automatic. */
function toSpeaker(message: HookMessage, from: string | number | null): Message['speaker'] {
  if (message.type === 'visitor' || message.type === 'system') return message.type;
  if (message.type === 'agent') return isAutomatic(message, from) ? 'trigger' : 'agent';
  return isAgent(from) ? 'agent' : 'trigger';
}

/** A trigger's message has the type `agent`, but no sender (v0: null, v1: `system`) and no name. */
function isAutomatic({ triggeredBy, name }: HookMessage, from: string | number | null): boolean {
  return toText(triggeredBy) !== null || ((from === null || from === 'system') && toText(name) === null);
}

const isAgent = (from: string | number | null) => typeof from === 'number' || (from?.startsWith('agent:') ?? false);

function toAgentId(from: string | number | null): string | null {
  return from === null ? null : String(from).replace(/^agent:/, '');
}

const toId = (id: string | number | null | undefined) => (id === null || id === undefined ? null : toText(String(id)));

const toText = (text: string | null | undefined) => (text ? whole(text).trim() || null : null);

/** Shops' scripts leave lone surrogates when they cut emojis, and URLs cannot hold them. */
const whole = (text: string) => text.toWellFormed();

/** Impossible times become null, because not every CRM accepts them. */
const toInstant = (milliseconds: number | null | undefined): Instant | null =>
  typeof milliseconds === 'number' && milliseconds >= 0 && milliseconds < year3000
    ? new Date(milliseconds).toISOString()
    : null;

const year3000 = Date.UTC(3000);
