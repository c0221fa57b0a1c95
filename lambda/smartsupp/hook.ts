import type { ErrorObject } from 'ajv';
import type { FromSchema } from 'json-schema-to-ts';
import collectFaults from './hook.faults.generated.js';
import type { hookSchema } from './hook.schema.ts';
import isHook from './hook.validate.generated.js';

/** Smartsupp's POST, as validated. */
export type Hook = FromSchema<typeof hookSchema>;

export type HookReading =
  | { readonly ok: true; readonly hook: Hook }
  | { readonly ok: false; readonly refusal: Refusal };

/** Why a body is no hook. Pointers and reasons name the place and the rule, never the value. */
export type Refusal = {
  readonly reason: 'not-json' | 'not-a-chat' | 'invalid';
  readonly detail: string;
  readonly faults: readonly Fault[];
};

export type Fault = { readonly pointer: string; readonly detail: string };

const mostFaults = 20;
/** A body of a million faults would make a million error objects: past this size only the first is told. */
const mostCharactersForAllFaults = 64 * 1024;
const longestPointer = 256;

/**
 * Reads a hook's body.
 * @param body JSON text, with or without a byte order mark
 */
export function readHook(body: string): HookReading {
  const text = body.startsWith('\ufeff') ? body.slice(1) : body;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return refuse('not-json', 'The body is not JSON.');
  }
  if (isHook(value)) {
    const hook = hasInexactId(value) ? readIdsExactly(text, value) : value;
    return hook === undefined ? refuse('invalid', tooDeep) : { ok: true, hook };
  }
  if (isDomainStatsReport(value)) {
    return refuse(
      'not-a-chat',
      'This is a domain-stats-report. Ask Smartsupp to send chats (the POST hook) to this URL.',
    );
  }
  if (text.length <= mostCharactersForAllFaults) collectFaults(value);
  const errors = (text.length <= mostCharactersForAllFaults ? collectFaults.errors : isHook.errors) ?? [];
  return refuse('invalid', 'The body is JSON, but not a Smartsupp chat.', errors.slice(0, mostFaults).map(toFault));
}

function refuse(reason: Refusal['reason'], detail: string, faults: readonly Fault[] = []): HookReading {
  return { ok: false, refusal: { reason, detail, faults } };
}

function toFault({ instancePath, keyword, params, message }: ErrorObject): Fault {
  const missing: unknown = keyword === 'required' ? params['missingProperty'] : undefined;
  const pointer = typeof missing === 'string' ? `${instancePath}/${missing}` : instancePath;
  return { pointer: shorten(pointer), detail: typeof missing === 'string' ? 'is missing' : (message ?? keyword) };
}

/** A pointer holds keys that somebody made up: megabytes of one, or half a character, must not spoil what is kept. */
function shorten(pointer: string): string {
  return pointer.length <= longestPointer
    ? pointer.toWellFormed()
    : `${pointer.slice(0, longestPointer).toWellFormed()}…`;
}

const isDomainStatsReport = (value: unknown) =>
  typeof value === 'object' && value !== null && 'domains' in value && !('channel' in value);

const hasInexactId = ({ accountId, channel, visitor }: Hook) =>
  [accountId, channel.id, visitor?.id].some((id) => typeof id === 'number' && !Number.isSafeInteger(id));

const tooDeep = 'An id is beyond 2^53, and the body is nested too deeply to read that exactly.';

/**
 * Two ids beyond 2^53 may be one number to `JSON.parse`, and two chats must never be taken for one. Undefined where the
 * body is nested too deeply: given a reviver, `JSON.parse` calls itself for every level.
 */
function readIdsExactly(text: string, hook: Hook): Hook | undefined {
  const exactly = parseExactly(text);
  if (exactly === undefined) return undefined;
  const visitor = hook.visitor && { ...hook.visitor, id: exactly.visitor.id };
  const channel = { ...hook.channel, id: exactly.channel.id };
  return { ...hook, accountId: exactly.accountId, channel, ...(visitor === undefined ? {} : { visitor }) };
}

function parseExactly(text: string) {
  try {
    return JSON.parse(text, (_key: string, value: unknown, context?: { readonly source?: string }) =>
      typeof value === 'number' && !Number.isSafeInteger(value) && Number.isInteger(value) ? context?.source : value,
    );
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}
