import { createHash } from 'node:crypto';
import type { ErrorObject } from 'ajv';
import type { FromSchema } from 'json-schema-to-ts';
import type { hookSchema } from './hook.schema.ts';
import isHook from './hook.validate.generated.js';
import { isFields } from './lenient.ts';

/** Only the ids are certain. Everything else may have any type: read it with `lenient.ts`. */
export type Hook = FromSchema<typeof hookSchema>;

type HookReading = { readonly ok: true; readonly hook: Hook } | Refusal;

/** Why a body is not a hook: JSON pointers and rules, never values. */
type Refusal = {
  readonly ok: false;
  readonly reason: 'not-json' | 'not-a-chat' | 'invalid';
  readonly detail: string;
  readonly faults: readonly Fault[];
};

export type Fault = { readonly pointer: string; readonly detail: string };

/** The documented hook has five. `JSON.parse` takes 200 bytes for each level of a 6 MB body, and recurses. */
const maxLevels = 1000;

/** @param body JSON text, with or without a byte order mark */
export function readHook(body: string): HookReading {
  const text = body.startsWith('\ufeff') ? body.slice(1) : body;
  if (nestsDeeper(text, maxLevels)) return refuse('invalid', `The body is nested more than ${maxLevels} levels deep.`);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return refuse('not-json', 'The body is not JSON.');
  }
  if (isHook(value)) return { ok: true, hook: hasInexactId(value) ? readIdsExactly(text, value) : value };
  if (isDomainStatsReport(value)) {
    return refuse(
      'not-a-chat',
      'This is a domain-stats-report. Ask Smartsupp to send chats (the POST hook) to this URL.',
    );
  }
  return refuse('invalid', 'The body is JSON, but not a Smartsupp chat.', (isHook.errors ?? []).map(toFault));
}

/** Returns the id of the conversation in a body, or why it is refused. */
export const validateHook = (body: string) => {
  const reading = readHook(body);
  return reading.ok ? ({ ok: true, conversationId: conversationId(reading.hook) } as const) : reading;
};

export const conversationId = ({ accountId, channel }: Hook): string => toConversationId(accountId, channel.id);

export const toConversationId = (...parts: readonly [accountId: string | number, channelId: string | number]): string =>
  parts.map(toIdPart).join(':');

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

function refuse(reason: Refusal['reason'], detail: string, faults: readonly Fault[] = []): HookReading {
  return { ok: false, reason, detail, faults };
}

function toFault({ instancePath, keyword, params, message }: ErrorObject): Fault {
  const missing: unknown = keyword === 'required' ? params['missingProperty'] : undefined;
  return typeof missing === 'string'
    ? { pointer: `${instancePath}/${missing}`, detail: 'is missing' }
    : { pointer: instancePath, detail: message ?? keyword };
}

const isDomainStatsReport = (value: unknown) => isFields(value) && 'domains' in value && !('channel' in value);

const isInexact = (id: unknown) => typeof id === 'number' && !Number.isSafeInteger(id);

const hasInexactId = ({ accountId, channel, visitor }: Hook) =>
  [accountId, channel.id, visitorIdOf(visitor)].some(isInexact);

const visitorIdOf = (visitor: unknown): unknown => (isFields(visitor) ? visitor['id'] : undefined);

/** `JSON.parse` may give two ids beyond 2^53 the same number, and so mix up two chats. */
function readIdsExactly(text: string, hook: Hook): Hook {
  const exactly: unknown = JSON.parse(text, (_key: string, value: unknown, context?: { readonly source?: string }) =>
    isInexact(value) && Number.isInteger(value) ? context?.source : value,
  );
  if (!isHook(exactly)) return hook;
  const { accountId, channel, visitor } = exactly;
  return {
    ...hook,
    accountId,
    channel: { ...hook.channel, id: channel.id },
    ...(isFields(hook.visitor) ? { visitor: { ...hook.visitor, id: visitorIdOf(visitor) } } : {}),
  };
}

const quote = 0x22;
const backslash = 0x5c;
const openBracket = 0x5b;
const closeBracket = 0x5d;
const openBrace = 0x7b;
const closeBrace = 0x7d;

/** Whether arrays and objects in a JSON text are nested more than so many levels deep. Allocates nothing. */
function nestsDeeper(json: string, levels: number): boolean {
  // Nearly no chat has that many brackets, and searching for them takes a tenth of the time of a full scan.
  return hasMoreBrackets(json, levels) && isDeeper(json, levels);
}

function hasMoreBrackets(json: string, limit: number): boolean {
  let count = 0;
  for (const bracket of ['{', '[']) {
    for (let at = json.indexOf(bracket); at !== -1; at = json.indexOf(bracket, at + 1)) {
      count += 1;
      if (count > limit) return true;
    }
  }
  return false;
}

function isDeeper(json: string, levels: number): boolean {
  let level = 0;
  let inText = false;
  for (let at = 0; at < json.length; at += 1) {
    const unit = json.charCodeAt(at);
    if (unit === quote) inText = !inText;
    else if (inText) at += unit === backslash ? 1 : 0;
    else if (unit === openBracket || unit === openBrace) level += 1;
    else if (unit === closeBracket || unit === closeBrace) level -= 1;
    if (level > levels) return true;
  }
  return false;
}
