const maxWaitMs = 24 * 60 * 60 * 1000;

/**
 * When to come back, from a `Retry-After` header: RFC 9110 §10.2.3 allows whole seconds or an HTTP date.
 * @returns milliseconds from `now`, at most a day; undefined for no header or one that says neither
 */
export function parseRetryAfter(header: string | undefined, now: Date): number | undefined {
  const text = header?.trim() ?? '';
  const waitMs = /^\d+(\.\d+)?$/.test(text) ? Math.ceil(Number(text) * 1000) : untilDate(text, now);
  return waitMs === undefined ? undefined : Math.min(Math.max(waitMs, 0), maxWaitMs);
}

/** Every form of an HTTP date names a day or ends in GMT; `Date.parse` alone would take many other texts for dates. */
function untilDate(text: string, now: Date): number | undefined {
  if (!/^(Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*,? /.test(text)) return undefined;
  const at = Date.parse(text);
  return Number.isNaN(at) ? undefined : at - now.getTime();
}
