import type { CrmError } from '../port/errors.ts';
import { type DocumentedAnswer, isAsDocumented, isWebPage, parseJson, parseRetryAfter, readText } from './answer.ts';
import { connectionFailed, type FailedCall, malformed, outOfTime, refused } from './http-errors.ts';
import { createTransport, type HttpRequest, type Transport } from './transport.ts';
import { createSafeVendorMessage } from './vendor-message.ts';

/** One HTTP client for all CRMs: JSON, kept-alive connections, typed errors. It never retries and never logs. */
export type HttpClient = {
  /** A vendor's API, to be called any number of times. */
  readonly api: (options: ApiOptions) => CallApi;
  /** No call goes on after that: for a function that has to end, and to write down before what came of its calls. */
  readonly endBy: (at: Date) => void;
  /** Closes the kept connections. */
  readonly close: () => void;
};

export type ApiOptions = {
  /** The vendor's name, for messages. */
  readonly vendor: string;
  /** Where paths start, as configured; a query in it is kept. */
  readonly baseUrl: string;
  /** Added to each request. */
  readonly headers?: () => Promise<Readonly<Record<string, string>>>;
  /** A 401 may mean that a token has expired: called once, with what was refused; then the request is sent anew. */
  readonly renew?: (refusedHeaders: Readonly<Record<string, string>>) => Promise<void>;
  /** The vendor's own way to say how long to wait, in milliseconds; of it and `Retry-After` the longer counts. */
  readonly retryDelay?: (answer: Answer) => number | undefined;
  /** Where a refusal's words are, for a vendor that has them elsewhere than in the body. */
  readonly messageIn?: (answer: Answer) => unknown;
};

/** @throws CrmError on anything but a 2xx with what `answer` says, or a status in `expected` */
export type CallApi = (call: Call) => Promise<Answer>;

export type Call = {
  /** What is to be done, as an infinitive for messages: `create the note`. */
  readonly operation: string;
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Segments after the base URL, not yet encoded. */
  readonly path?: readonly string[];
  readonly query?: Readonly<Record<string, string>>;
  /** Sent as JSON; a string is taken for JSON text and sent as it is. */
  readonly body?: unknown;
  /** Sent URL-encoded, in the place of a JSON body. */
  readonly form?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  /** True for a POST that only reads: its outcome is never in doubt. */
  readonly readsOnly?: boolean;
  /** What outside 2xx is an answer here and not an error, such as 404 to a look-up: by its status, or by a look at it. */
  readonly expected?: readonly number[] | ((answer: Answer) => boolean);
  /** What the vendor answers a success with. A status alone proves no write: anybody in between can give it. Default: `json`. */
  readonly answer?: DocumentedAnswer;
  /** Texts in the body that an error's message may quote, such as names of fields. */
  readonly quotable?: readonly string[];
};

export type Answer = {
  readonly status: number;
  /** By their names in small letters. */
  readonly headers: Readonly<Record<string, string>>;
  /** Parsed where it was JSON, else its text. */
  readonly body: unknown;
  /** The body in the shape that the caller knows. Throws the same `CrmError` as for JSON that was cut short. */
  readonly as: <T>(isShape: (body: unknown) => body is T) => T;
  /** The error that this answer stands for, or one item of it: vendors answer batches with a status for each. */
  readonly refusal: (item?: { readonly status: number; readonly body: unknown }) => CrmError;
};

/**
 * What the client gives up on unless told otherwise. The specification of webhooks asks for 15 to 30 seconds, and three
 * such calls still fit into a function's minute.
 */
const defaults = { requestTimeoutMs: 15_000, connectionTimeoutMs: 3000, maxAnswerBytes: 16 * 1024 * 1024 };

/** Of all that there are: no end, unless one is set. */
const maxDate = 8.64e15;

/**
 * @param options.transport what carries the requests, by default the network
 * @param options.requestTimeoutMs for the whole exchange, a body that trickles included
 * @param options.connectionTimeoutMs for the connection, a part of the above; with less than that left no call is begun
 * @param options.maxAnswerBytes a longer body counts as unreadable
 */
export function createHttpClient(
  options: { readonly now: () => Date; readonly transport?: Transport } & Partial<Readonly<typeof defaults>>,
): HttpClient {
  const { requestTimeoutMs, connectionTimeoutMs, maxAnswerBytes, now } = { ...defaults, ...options };
  const { transport = createTransport(connectionTimeoutMs) } = options;
  let endsAt = new Date(maxDate);

  async function exchange(api: ApiOptions, call: Call, renewed = false): Promise<Answer> {
    const writes = call.method !== 'GET' && call.readsOnly !== true;
    const failed: FailedCall = { vendor: api.vendor, operation: call.operation, writes };
    const apiHeaders = (await api.headers?.()) ?? {};
    const request = toRequest(api.baseUrl, call, apiHeaders);
    const { status, headers, text } = await send(request, failed);
    if (status === 401 && api.renew !== undefined && !renewed) {
      await api.renew(apiHeaders);
      return exchange(api, call, true);
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
      refusal: (item = { status, body: api.messageIn?.(answer) ?? body }) =>
        refused(failed, {
          status: item.status,
          words: words(item.body),
          retryAfterMs: longer(
            parseRetryAfter(headers['retry-after'], now()),
            api.retryDelay?.({ ...answer, ...item }),
          ),
        }),
    };
    const isSuccess = status >= 200 && status < 300;
    if (!isSuccess && !isExpected(call, answer)) throw answer.refusal();
    const isDocumented = !isSuccess || isAsDocumented(call.answer, text, json !== undefined);
    if (!isDocumented || isWebPage(headers, text)) throw malformed(failed, status);
    return answer;
  }

  async function send(request: HttpRequest, failed: FailedCall) {
    const timeLeftMs = endsAt.getTime() - now().getTime();
    if (timeLeftMs < connectionTimeoutMs) throw outOfTime(failed);
    const deadline = AbortSignal.timeout(Math.min(requestTimeoutMs, timeLeftMs));
    try {
      const { status, headers, body } = await transport.send(request, deadline);
      // The status stands, whatever becomes of the body: an error stays an error, and only a success needs its words.
      return { status, headers, text: await readText(body, maxAnswerBytes).catch(() => undefined) };
    } catch (cause) {
      throw connectionFailed(failed, cause, deadline.aborted);
    }
  }

  return {
    api: (api) => (call) => exchange(api, call),
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

function toRequest(baseUrl: string, call: Call, apiHeaders: Readonly<Record<string, string>>): HttpRequest {
  const url = new URL(baseUrl);
  for (const [name, value] of Object.entries(call.query ?? {})) url.searchParams.set(name, value);
  const segments = (call.path ?? []).map(encodeSegment);
  const path = segments.length === 0 ? url.pathname : [url.pathname.replace(/\/$/, ''), ...segments].join('/');
  const body = bodyOf(call);
  const type = call.form === undefined ? 'application/json' : 'application/x-www-form-urlencoded';
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

function bodyOf({ body, form }: Call): string | undefined {
  if (form !== undefined) return new URLSearchParams(form).toString();
  return body === undefined || typeof body === 'string' ? body : JSON.stringify(body);
}

/** `@` may stand in a path (RFC 3986 §3.3), and vendors that take an e-mail there document it so. */
const encodeSegment = (segment: string) => encodeURIComponent(segment.toWellFormed()).replaceAll('%40', '@');

/** Every text that a vendor could quote back: the configured address too, since some of them hold a key. */
function textsIn(api: ApiOptions, call: Call, { headers, body }: HttpRequest): readonly string[] {
  const { pathname, search } = new URL(api.baseUrl);
  const { authorization = '', 'x-api-token': token = '', 'x-api-key': key = '' } = headers;
  const sent = parseJson(body)?.value;
  return [
    pathname,
    search,
    authorization,
    token,
    key,
    ...(call.path ?? []),
    ...Object.values(call.query ?? {}),
    ...Object.values(call.form ?? {}),
    ...textsOf(sent).filter((text) => call.quotable?.includes(text) !== true),
  ];
}

function textsOf(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  // A phone or loyalty number may be sent as one. A short one tells nothing of anybody.
  if (typeof value === 'number') return Math.abs(value) < 1000 ? [] : [String(value)];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsOf) : [];
}
