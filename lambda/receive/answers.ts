import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { errorFields, type Log } from '../platform/logger.ts';

export type Problem = {
  readonly status: 400 | 401 | 404 | 405 | 503;
  readonly title: string;
  readonly detail: string;
  readonly [extension: string]: unknown;
};

/** RFC 9457. */
export function problem(
  content: Problem,
  headers: Readonly<Record<string, string>> = {},
): APIGatewayProxyStructuredResultV2 {
  return answer(content.status, 'application/problem+json', content, headers);
}

export function answer(
  statusCode: number,
  contentType: string,
  content: object,
  headers: Readonly<Record<string, string>> = {},
) {
  return {
    statusCode,
    headers: { 'content-type': contentType, 'cache-control': 'no-store', ...headers },
    body: JSON.stringify(content),
  };
}

export const noHook = problem({
  status: 404,
  title: 'Not found',
  detail: 'There is no hook here. Check the key in the URL.',
});

/** In seconds. */
const retryAfter = '30';

export const unavailable = problem(
  { status: 503, title: 'Unavailable', detail: 'The chat could not be kept just now. Send it again.' },
  { 'retry-after': retryAfter },
);

/** Keeps a refused body and returns its id; undefined if the day's quota is used up. */
export type KeepRejected = (body: Uint8Array, refused: Omit<Refused, 'ok'>) => Promise<string | undefined>;

/** Why a body was refused: JSON pointers and rules, never values. */
export type Refused = {
  readonly ok: false;
  readonly reason: string;
  readonly detail: string;
  readonly faults: readonly { readonly pointer: string; readonly detail: string }[];
};

type RefuseDependencies = { readonly keepRejected: KeepRejected; readonly log: Log };

/** Keeps a refused body, and answers 400. Metric filters in `infra/` match the log messages. */
export async function refuse(
  { keepRejected, log }: RefuseDependencies,
  bytes: Uint8Array,
  refused: Refused,
  title = 'Not a Smartsupp chat',
) {
  const { reason, detail, faults } = refused;
  try {
    const rejectedId = await keepRejected(bytes, refused);
    // No pointers in the log: a variable's key may be anything that a visitor typed.
    if (rejectedId === undefined) {
      log.error('rejected, and not kept: too much was refused today', { reason, bytes: bytes.length });
      return problem({ status: 400, title, detail: `${detail} ${notKept}`, errors: faults });
    }
    log.warn('rejected', { rejectedId, reason, faults: faults.length, bytes: bytes.length });
    return problem({ status: 400, title, detail, errors: faults, rejectedId });
  } catch (error) {
    log.error('rejected, and not kept: the table did not take it', { reason, ...errorFields(error) });
    return unavailable;
  }
}

const notKept = 'It was not kept, because too much was refused today.';
