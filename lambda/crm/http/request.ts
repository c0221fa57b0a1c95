import { type Answer, type DocumentedAnswer, parseJson } from './answer.ts';
import type { HttpRequest } from './transport.ts';

export type Call = {
  /** An infinitive for messages: `create the note`. */
  readonly operation: string;
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Segments, not encoded. */
  readonly path?: readonly string[];
  readonly query?: Readonly<Record<string, string>>;
  /** Sent as JSON; a string is sent unchanged, as JSON text, and so are bytes, whose type is in `headers`. */
  readonly body?: unknown;
  /** Sent URL-encoded instead of a JSON body. */
  readonly form?: Readonly<Record<string, string>>;
  /** Sent as `multipart/form-data` instead of a JSON body. */
  readonly multipart?: FormData;
  readonly headers?: Readonly<Record<string, string>>;
  /** True for a POST that only reads: its outcome is never unknown. */
  readonly readsOnly?: boolean;
  /** Answers outside 2xx that are not errors, such as 404 to a look-up. */
  readonly expected?: readonly number[] | ((answer: Answer) => boolean);
  /** Default: `json`. A status alone does not prove a write: any proxy can send it. */
  readonly answer?: DocumentedAnswer;
  /** Texts in the body that an error message may quote, such as field names. */
  readonly quotable?: readonly string[];
};

export async function toRequest(
  baseUrl: string,
  call: Call,
  apiHeaders: Readonly<Record<string, string>>,
): Promise<HttpRequest> {
  const url = new URL(baseUrl);
  for (const [name, value] of Object.entries(call.query ?? {})) url.searchParams.set(name, value);
  const segments = (call.path ?? []).map(encodeSegment);
  const path = segments.length === 0 ? url.pathname : [url.pathname.replace(/\/$/, ''), ...segments].join('/');
  const { type, body } = call.multipart === undefined ? bodyOf(call) : await encoded(call.multipart);
  return {
    method: call.method,
    origin: url.origin,
    path: `${path}${url.search}`,
    headers: {
      accept: 'application/json',
      'user-agent': 'smartsupp-crm-forwarder',
      ...(body !== undefined && { 'content-type': type, 'content-length': `${Buffer.byteLength(body)}` }),
      ...apiHeaders,
      ...call.headers,
    },
    body,
  };
}

function bodyOf({ body, form }: Call): { readonly type: string; readonly body: HttpRequest['body'] } {
  if (form !== undefined) {
    return { type: 'application/x-www-form-urlencoded', body: new URLSearchParams(form).toString() };
  }
  const isSentAsIs = body === undefined || typeof body === 'string' || body instanceof Uint8Array;
  return { type: 'application/json', body: isSentAsIs ? body : JSON.stringify(body) };
}

/** A `Response` writes a form as a browser does. */
async function encoded(form: FormData) {
  const written = new Response(form);
  return { type: written.headers.get('content-type') ?? '', body: new Uint8Array(await written.arrayBuffer()) };
}

/** `@` is allowed in a path (RFC 3986 §3.3), and vendors that take an e-mail there document it so. */
const encodeSegment = (segment: string) => encodeURIComponent(segment.toWellFormed()).replaceAll('%40', '@');

/** Every text that a vendor could quote back, including the configured address, which may contain a key. */
export function textsIn(baseUrl: string, call: Call, { headers, body }: HttpRequest): readonly string[] {
  const { pathname, search } = new URL(baseUrl);
  const { authorization = '', 'x-api-token': token = '', 'x-api-key': key = '' } = headers;
  const sent = typeof body === 'string' ? parseJson(body)?.value : undefined;
  return [
    pathname,
    search,
    authorization,
    token,
    key,
    ...(call.path ?? []),
    ...Object.values(call.query ?? {}),
    ...Object.values(call.form ?? {}),
    ...[...(call.multipart?.values() ?? [])].map((part) => (typeof part === 'string' ? part : part.name)),
    ...textsOf(sent).filter((text) => call.quotable?.includes(text) !== true),
  ];
}

function textsOf(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  // Numbers may be phone or loyalty numbers; short ones identify nobody.
  if (typeof value === 'number') return Math.abs(value) < 1000 ? [] : [String(value)];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsOf) : [];
}
