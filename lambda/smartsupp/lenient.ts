import type { Instant } from '../conversation/model.ts';

/**
 * Reads a value by its meaning, whatever its type: the vendor documents the format only in parts and has changed it, and
 * no change may cost a chat. Nothing here throws.
 */
export type Fields = Readonly<Record<string, unknown>>;

export const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The object, or the first object in a list; otherwise an empty one, because PHP writes an empty map as `[]`. */
export const toFields = (value: unknown): Fields => (Array.isArray(value) ? value : [value]).find(isFields) ?? {};

/** The list, or a map's values in their order. An object whose values aren't all objects is a list of itself. */
export function toList(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  if (value === null || value === undefined) return [];
  if (!isFields(value)) return [value];
  const values = Object.values(value);
  return values.length === 0 || values.every(isFields) ? values : [value];
}

/** An object is represented by the first of these that has text. */
const speakingKeys = ['text', 'content', 'message', 'value', 'name', 'title', 'label', 'key', 'id'];

/** Trimmed, null if blank. For an object its representative text, or else all its texts; for a list all its texts. */
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

/** Also takes an object with an id or a key. */
export const toId = (value: unknown): string | null =>
  (isFields(value) ? (toText(value['id']) ?? toText(value['key'])) : null) ?? toText(value);

/** Also reads a number from text, with a decimal point or comma. */
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

/** A smaller number of milliseconds would be in or before 1973, so it must be seconds. */
const minMilliseconds = 1e11;
const year3000 = Date.UTC(3000);

/** Takes milliseconds, seconds and ISO 8601. Impossible times become null, because not every CRM accepts them. */
export function toInstant(value: unknown): Instant | null {
  const number = toNumber(value);
  const time = number === null ? Date.parse(isoTime(toText(value) ?? '')) : toMilliseconds(number);
  return time >= 0 && time < year3000 ? new Date(time).toISOString() : null;
}

const toMilliseconds = (time: number) => (time < minMilliseconds ? time * 1000 : time);

/** A time without an offset is read as UTC, so that it doesn't depend on the machine. Empty if it isn't an ISO time. */
function isoTime(text: string): string {
  const [, date, time = '00:00', offset = 'Z'] =
    /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:\.\d+)?)?)(Z|[+-]\d\d:?\d\d)?)?$/.exec(text) ?? [];
  return date === undefined ? '' : `${date}T${time}${offset.replace(/^(...)(\d\d)$/, '$1:$2')}`;
}

/** Shops' scripts leave lone surrogates when they cut emojis, and URLs cannot hold them. */
export const whole = (text: string) => text.toWellFormed();
