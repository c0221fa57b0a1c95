import type { ErrorObject } from 'ajv';
import type { FromSchema } from 'json-schema-to-ts';
import collectFaults from './hook.faults.generated.js';
import type { hookSchema } from './hook.schema.ts';
import isHook from './hook.validate.generated.js';
import { nestsDeeper } from './nesting.ts';

export type Hook = FromSchema<typeof hookSchema>;

export type HookReading =
  | { readonly ok: true; readonly hook: Hook }
  | { readonly ok: false; readonly refusal: Refusal };

/** Why a body is not a hook: JSON pointers and rules, never values. */
export type Refusal = {
  readonly reason: 'not-json' | 'not-a-chat' | 'invalid';
  readonly detail: string;
  readonly faults: readonly Fault[];
};

export type Fault = { readonly pointer: string; readonly detail: string };

const maxFaults = 20;
/** A body with a million faults would create a million error objects, so above this size only the first is reported. */
const maxFaultCharacters = 64 * 1024;
const maxPointerLength = 256;
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
  if (text.length <= maxFaultCharacters) collectFaults(value);
  const errors = (text.length <= maxFaultCharacters ? collectFaults.errors : isHook.errors) ?? [];
  return refuse('invalid', 'The body is JSON, but not a Smartsupp chat.', errors.slice(0, maxFaults).map(toFault));
}

function refuse(reason: Refusal['reason'], detail: string, faults: readonly Fault[] = []): HookReading {
  return { ok: false, refusal: { reason, detail, faults } };
}

function toFault({ instancePath, keyword, params, message }: ErrorObject): Fault {
  const missing: unknown = keyword === 'required' ? params['missingProperty'] : undefined;
  const pointer = typeof missing === 'string' ? `${instancePath}/${missing}` : instancePath;
  return { pointer: shorten(pointer), detail: typeof missing === 'string' ? 'is missing' : (message ?? keyword) };
}

/** A pointer contains keys that the sender chose, which may be megabytes long or not well-formed. */
function shorten(pointer: string): string {
  return pointer.length <= maxPointerLength
    ? pointer.toWellFormed()
    : `${pointer.slice(0, maxPointerLength).toWellFormed()}…`;
}

const isDomainStatsReport = (value: unknown) =>
  typeof value === 'object' && value !== null && 'domains' in value && !('channel' in value);

const hasInexactId = ({ accountId, channel, visitor }: Hook) =>
  [accountId, channel.id, visitor?.id].some((id) => typeof id === 'number' && !Number.isSafeInteger(id));

/** `JSON.parse` may give two ids beyond 2^53 the same number, and so mix up two chats. */
function readIdsExactly(text: string, hook: Hook): Hook {
  const exactly = JSON.parse(text, (_key: string, value: unknown, context?: { readonly source?: string }) =>
    typeof value === 'number' && !Number.isSafeInteger(value) && Number.isInteger(value) ? context?.source : value,
  );
  const visitor = hook.visitor && { ...hook.visitor, id: exactly.visitor.id };
  const channel = { ...hook.channel, id: exactly.channel.id };
  return { ...hook, accountId: exactly.accountId, channel, ...(visitor === undefined ? {} : { visitor }) };
}
