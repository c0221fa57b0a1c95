import type { CrmError, Refusal } from '../port/errors.ts';
import { type DocumentedAnswer, isAsDocumented, isWebPage, parseJson, parseRetryAfter, readText } from './answer.ts';
import { connectionFailed, type FailedCall, malformed, outOfTime, refused } from './http-errors.ts';
import { createTransport, type HttpRequest, type Transport } from './transport.ts';
import { createSafeVendorMessage } from './vendor-message.ts';

/** One HTTP client for all CRMs: JSON, keep-alive, typed errors. It never retries and never logs. */
export type HttpClient = {
  readonly api: (options: ApiOptions) => CallApi;
  /** Aborts all calls at this time, so that the function can store their outcomes before it ends. */
  readonly endBy: (at: Date) => void;
  readonly close: () => void;
};

export type ApiOptions = {
  readonly vendor: string;
  /** Paths are appended to it; its query is kept. */
  readonly baseUrl: string;
  readonly headers?: () => Promise<Readonly<Record<string, string>>>;
  /** Called once after a 401, with the headers that were refused; then the request is sent again. */
  readonly renew?: (refusedHeaders: Readonly<Record<string, string>>) => Promise<void>;
  /** Reads the vendor's own wait time, in milliseconds; the longer of it and `Retry-After` counts. */
  readonly retryDelay?: (answer: Answer) => number | undefined;
  /** Finds the message of a refusal, for a vendor that does not send it in the body. */
  readonly messageIn?: (answer: Answer) => unknown;
  /** The status that an error means, for a vendor that answers 500 to a wrong request. */
  readonly meantStatus?: (answer: Answer) => number | undefined;
  /** Finds the fields that a refusal names. */
  readonly refusedIn?: (answer: Answer) => readonly Refusal[];
  /** Advice about a refusal that no retry helps, for an API that isn't a destination's. */
  readonly advice?: (status: number) => string;
};

/** @throws CrmError on anything except a documented 2xx or an `expected` answer */
export type CallApi = (call: Call) => Promise<Answer>;

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

/** Standard Webhooks asks for 15 to 30 seconds; three calls of 15 fit into a function's minute. */
const defaults = { requestTimeoutMs: 15_000, connectionTimeoutMs: 3000, maxAnswerBytes: 16 * 1024 * 1024 };

const maxDate = 8.64e15;

/**
 * @param options.transport default: the network
 * @param options.requestTimeoutMs for the whole exchange, including a slow body
 * @param options.connectionTimeoutMs part of the above; with less than this left, no call is started
 * @param options.maxAnswerBytes a longer body is treated as unreadable
 */
export function createHttpClient(
  options: { readonly now: () => Date; readonly transport?: Transport } & Partial<Readonly<typeof defaults>>,
): HttpClient {
  const { requestTimeoutMs, connectionTimeoutMs, maxAnswerBytes, now } = { ...defaults, ...options };
  const { transport = createTransport(connectionTimeoutMs) } = options;
  let endsAt = new Date(maxDate);

  /** @param until as it was when the call began: a wait for a token may go on in a later invocation of the function */
  async function exchange(api: ApiOptions, call: Call, until: Date, renewed = false): Promise<Answer> {
    const writes = call.method !== 'GET' && call.readsOnly !== true;
    const failed: FailedCall = { vendor: api.vendor, operation: call.operation, writes, advice: api.advice };
    const apiHeaders = (await api.headers?.()) ?? {};
    const request = await toRequest(api.baseUrl, call, apiHeaders);
    const { status, headers, text } = await send(request, failed, until);
    if (status === 401 && api.renew !== undefined && !renewed) {
      await api.renew(apiHeaders);
      return exchange(api, call, until, true);
    }
    const json = parseJson(text);
    const body = json === undefined ? text : json.value;
    const words = createSafeVendorMessage(() => textsIn(api, call, request));
    const answer: Answer = {
      status,
      headers,
      body,
      as: (isShape) => {
        if (isShape(body)) return body;
        throw malformed(failed, status);
      },
      refusal: (item) => {
        const refusedItem: Answer = { ...answer, ...(item ?? { status: api.meantStatus?.(answer) ?? status }) };
        return refused(failed, {
          status: refusedItem.status,
          words: words(item?.body ?? api.messageIn?.(answer) ?? body),
          named: api.refusedIn?.(refusedItem) ?? [],
          retryAfterMs: longer(parseRetryAfter(headers['retry-after'], now()), api.retryDelay?.(refusedItem)),
        });
      },
    };
    const isSuccess = status >= 200 && status < 300;
    if (!isSuccess && !isExpected(call, answer)) throw answer.refusal();
    const isDocumented = !isSuccess || isAsDocumented(call.answer, text, json !== undefined);
    if (!isDocumented || isWebPage(headers, text)) throw malformed(failed, status);
    return answer;
  }

  async function send(request: HttpRequest, failed: FailedCall, until: Date) {
    const timeLeftMs = until.getTime() - now().getTime();
    if (timeLeftMs < connectionTimeoutMs) throw outOfTime(failed);
    const deadline = AbortSignal.timeout(Math.min(requestTimeoutMs, timeLeftMs));
    try {
      const { status, headers, body } = await transport.send(request, deadline);
      // Keep the status even if the body is unreadable: an error stays an error, and only a success needs its body.
      return { status, headers, text: await readText(body, maxAnswerBytes).catch(() => undefined) };
    } catch (cause) {
      throw connectionFailed(failed, cause, deadline.aborted);
    }
  }

  return {
    api: (api) => (call) => exchange(api, call, endsAt),
    endBy: (at) => {
      endsAt = at;
    },
    close: transport.close,
  };
}

const longer = (a: number | undefined, b: number | undefined) =>
  a === undefined || b === undefined ? (a ?? b) : Math.max(a, b);

const isExpected = ({ expected = [] }: Call, answer: Answer) =>
  typeof expected === 'function' ? expected(answer) : expected.includes(answer.status);

async function toRequest(
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
function textsIn(api: ApiOptions, call: Call, { headers, body }: HttpRequest): readonly string[] {
  const { pathname, search } = new URL(api.baseUrl);
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
