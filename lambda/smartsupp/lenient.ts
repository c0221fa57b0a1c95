import type { Instant } from '../conversation/model.ts';

/**
 * Reads values by what they say and not by their type: the vendor's format is documented in parts only and has changed,
 * and no change of it may cost a chat. Nothing here throws.
 */
export type Fields = Readonly<Record<string, unknown>>;

export const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** An object, or the first one in a list; else an empty one. PHP writes an empty map as `[]`. */
export const toFields = (value: unknown): Fields => (Array.isArray(value) ? value : [value]).find(isFields) ?? {};

/** A list, or the values of a map in their order. An object whose values are none is the one thing in its list. */
export function toList(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  if (value === null || value === undefined) return [];
  if (!isFields(value)) return [value];
  const values = Object.values(value);
  return values.length === 0 || values.every(isFields) ? values : [value];
}

/** Which of an object's values stands for it, the first that says something. */
const speakingKeys = ['text', 'content', 'message', 'value', 'name', 'title', 'label', 'key', 'id'];

/** Trimmed; null if blank. Of an object the text that it is about, else all its texts; of a list all its texts. */
export function toText(value: unknown): string | null {
  if (typeof value === 'string') return whole(value).trim() || null;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (!isFields(value)) return joined(toList(value));
  for (const key of speakingKeys) {
    const text = Object.hasOwn(value, key) ? toText(value[key]) : null;
    if (text !== null) return text;
  }
  return joined(Object.values(value));
}

const joined = (values: readonly unknown[]): string | null =>
  values
    .map(toText)
    .filter((text) => text !== null)
    .join(', ') || null;

/** An id, also in an object that has one. */
export const toId = (value: unknown): string | null =>
  (isFields(value) ? (toText(value['id']) ?? toText(value['key'])) : null) ?? toText(value);

/** A number, also in a text, with a decimal point or comma. */
export function toNumber(value: unknown): number | null {
  if (typeof value === 'number') return Number.isFinite(value) ? value : null;
  const text = typeof value === 'boolean' ? null : toText(value);
  const digits = text?.replace(',', '.') ?? '';
  return /^[+-]?\d+(\.\d+)?$/.test(digits) ? Number(digits) : null;
}

const noes: ReadonlySet<string> = new Set(['false', '0', 'no', 'off', 'null', 'none']);

export function toFlag(value: unknown): boolean {
  if (typeof value === 'boolean') return value;
  const text = toText(value);
  return text !== null && !noes.has(text.toLowerCase());
}

/** Less than this, as milliseconds, is 1973: such a number is in seconds. */
const minMilliseconds = 1e11;
const year3000 = Date.UTC(3000);

/** A time in milliseconds, in seconds, or as ISO 8601. A time that no chat can have is none: not every CRM and format takes it. */
export function toInstant(value: unknown): Instant | null {
  const number = toNumber(value);
  const time = number === null ? Date.parse(isoTime(toText(value) ?? '')) : toMilliseconds(number);
  return time >= 0 && time < year3000 ? new Date(time).toISOString() : null;
}

const toMilliseconds = (time: number) => (time < minMilliseconds ? time * 1000 : time);

/** Without an offset it is taken for UTC, wherever this runs; empty if it is no ISO time. */
function isoTime(text: string): string {
  const [, date, time = '00:00', offset = 'Z'] =
    /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:\.\d+)?)?)(Z|[+-]\d\d:?\d\d)?)?$/.exec(text) ?? [];
  return date === undefined ? '' : `${date}T${time}${offset.replace(/^(...)(\d\d)$/, '$1:$2')}`;
}

/** Without half characters, which shops' scripts leave of emojis that they cut short: URLs cannot hold them. */
export const whole = (text: string) => text.toWellFormed();
