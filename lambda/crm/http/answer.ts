import type { CrmError } from '../port/errors.ts';

export type Answer = {
  readonly status: number;
  /** By lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  /** Parsed if it was JSON, else text. */
  readonly body: unknown;
  /** Returns the body if it has the shape; else throws the same `CrmError` as for JSON that was cut short. */
  readonly as: <T>(isShape: (body: unknown) => body is T) => T;
  /** The error for this answer, or for one item of it: vendors answer batches with a status for each. */
  readonly refusal: (item?: { readonly status: number; readonly body: unknown }) => CrmError;
};

/**
 * The body of a success, as the vendor documents it:
 * - `json`: the written record. Check its shape and id with `as`.
 * - `nothing`: 204, or an empty body.
 * - `json or nothing`: JSON, or an empty body if nothing was found.
 * - `anything`: the status is enough.
 *
 * A web page is never an answer.
 */
export type DocumentedAnswer = 'json' | 'nothing' | 'json or nothing' | 'anything';

export function isAsDocumented(
  documented: DocumentedAnswer = 'json',
  text: string | undefined,
  isJson: boolean,
): boolean {
  switch (documented) {
    case 'json':
      return isJson;
    case 'nothing':
      return text?.trim() === '';
    case 'json or nothing':
      return isJson || text?.trim() === '';
    case 'anything':
      return true;
  }
}

export async function readText(body: AsyncIterable<Uint8Array>, limit: number): Promise<string> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of body) {
    length += chunk.length;
    if (length > limit) throw new RangeError(`An answer longer than ${limit} bytes.`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

export function parseJson(text: string | undefined): { readonly value: unknown } | undefined {
  try {
    return text === undefined ? undefined : { value: JSON.parse(text) };
  } catch {
    return undefined;
  }
}

const maxWaitMs = 24 * 60 * 60 * 1000;

/**
 * Parses a `Retry-After` header: whole seconds or an HTTP date (RFC 9110 §10.2.3).
 * @returns milliseconds from `now`, at most a day; undefined if missing or invalid
 */
export function parseRetryAfter(header: string | undefined, now: Date): number | undefined {
  const text = header?.trim() ?? '';
  const waitMs = /^\d+(\.\d+)?$/.test(text) ? Math.ceil(Number(text) * 1000) : untilDate(text, now);
  return waitMs === undefined ? undefined : Math.min(Math.max(waitMs, 0), maxWaitMs);
}

/** Every HTTP date begins with a weekday; `Date.parse` alone would accept many other texts. */
function untilDate(text: string, now: Date): number | undefined {
  if (!/^(Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*,? /.test(text)) return undefined;
  const at = Date.parse(text);
  return Number.isNaN(at) ? undefined : at - now.getTime();
}

/**
 * Whether a web page came instead of an API's answer, from a proxy or a log-in. The content type is not enough:
 * Express's `res.send('ok')`, Flask and PHP label plain text `text/html`, and PHP even an empty body.
 * @param text undefined if the body was cut short
 */
export function isWebPage({ 'content-type': type = '' }: Readonly<Record<string, string>>, text: string | undefined) {
  const isHtml = /^\s*(text\/html|application\/xhtml\+xml)\b/i.test(type);
  if (text === undefined) return isHtml;
  return /^\s*<(!doctype\s+html|html)\b/i.test(text) || (isHtml && /^\s*</.test(text));
}

/**
 * Everything on all pages, in their order.
 * @param readPage reads one page, and says what reads the one after it: its number, its cursor, or how many came before
 */
export async function allPages<Item, Next>(
  readPage: (next: Next | undefined) => Promise<{ readonly items: readonly Item[]; readonly next: Next | undefined }>,
): Promise<readonly Item[]> {
  const found: Item[] = [];
  let next: Next | undefined;
  do {
    const page = await readPage(next);
    found.push(...page.items);
    next = page.next;
  } while (next !== undefined);
  return found;
}

export type JsonObject = Readonly<Record<string, unknown>>;

export const isRecord = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export const isListOf =
  <T>(isItem: (value: unknown) => value is T) =>
  (value: unknown): value is readonly T[] =>
    Array.isArray(value) && value.every(isItem);

export const isHolding =
  <Name extends string, T>(name: Name, isContent: (value: unknown) => value is T) =>
  (value: unknown): value is { readonly [Key in Name]: T } =>
    isRecord(value) && isContent(value[name]);

/** A number in the answer; ids are stored as text. */
export const hasNumericId = (value: unknown): value is JsonObject & { readonly id: number } =>
  isRecord(value) && Number.isSafeInteger(value['id']);

export const isTrue = (value: unknown): value is true => value === true;

/** The object with this id, as a number or text. */
export const hasId =
  (id: string | number) =>
  (value: unknown): value is JsonObject =>
    isRecord(value) && ['number', 'string'].includes(typeof value['id']) && String(value['id']) === String(id);

export const hasTextId = (value: unknown): value is JsonObject & { readonly id: string } =>
  isRecord(value) && typeof value['id'] === 'string' && value['id'] !== '';
