/**
 * The body of a success, by the vendor's documentation:
 * - `json`: what was written. Check its shape, and its id, with `as`.
 * - `nothing`: 204, or an empty body.
 * - `json or nothing`: 204 says that there is nothing, and is no error.
 * - `anything`: the status is the receiver's word, however its body looks or ends.
 *
 * A web page never is an answer.
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

/**
 * Whether a page for people came in the place of an API's answer: a proxy's, a log-in's. The type alone does not tell:
 * Express's `res.send('ok')`, Flask and PHP call the plain words of an API `text/html`, and PHP an empty body.
 * @param text undefined if the body was cut short
 */
export function isWebPage({ 'content-type': type = '' }: Readonly<Record<string, string>>, text: string | undefined) {
  const isHtml = /^\s*(text\/html|application\/xhtml\+xml)\b/i.test(type);
  if (text === undefined) return isHtml;
  return /^\s*<(!doctype\s+html|html)\b/i.test(text) || (isHtml && /^\s*</.test(text));
}
