import type { Refusal } from '../port/errors.ts';
import { type Answer, isAsDocumented, isWebPage, parseJson, parseRetryAfter, readText } from './answer.ts';
import { connectionFailed, type FailedCall, malformed, outOfTime, refused } from './http-errors.ts';
import { type Call, textsIn, toRequest } from './request.ts';
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
    const words = createSafeVendorMessage(() => textsIn(api.baseUrl, call, request));
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
