import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { errorFields, type Log } from '../platform/logger.ts';
import type { Enqueue, KeepRejected, Refused, Spool, Validate } from './ports.ts';
import { decodeBody, type EncodedBody } from './request.ts';

export type ReceiverDependencies = {
  readonly isAuthentic: (key: string | undefined) => boolean;
  readonly validate: Validate;
  readonly enqueue: Enqueue;
  readonly spool: Spool;
  readonly keepRejected: KeepRejected;
  readonly log: Log;
  readonly now: () => Date;
};

type Request = EncodedBody &
  Pick<APIGatewayProxyEventV2, 'pathParameters'> & {
    readonly requestContext: { readonly http: { readonly method: string } };
  };

/** In seconds. */
const retryAfter = '30';

/**
 * Answers one request to the hook: 405 unless it is a POST, 200 once the chat is durable, 400 once a body that is not a
 * chat is kept as rejected, 404 for a wrong key, 503 if nothing could be stored. Metric filters in `infra/receive.ts` match the log messages
 * "accepted", "rejected" and "rejected, and not kept…".
 */
export function createReceiver(dependencies: ReceiverDependencies) {
  const { isAuthentic, validate, log } = dependencies;

  return async (request: Request): Promise<APIGatewayProxyStructuredResultV2> => {
    if (request.requestContext.http.method !== 'POST') return thisIsTheHook;
    if (!isAuthentic(request.pathParameters?.['key']?.replace(/\/+$/, ''))) {
      return problem({ status: 404, title: 'Not found', detail: 'There is no hook here. Check the key in the URL.' });
    }
    const decoded = await decodeBody(request);
    if (!decoded.ok) {
      const { bytes, reason, detail } = decoded;
      return refuse(dependencies, bytes, { ok: false, reason, detail, faults: [] });
    }
    const validated = validate(decoded.text);
    if (!validated.ok) return refuse(dependencies, decoded.bytes, validated);

    const { conversationId } = validated;
    const where = await keep(dependencies, decoded.text, conversationId);
    if (where === undefined) return unavailable;
    log.info('accepted', { conversationId, where, bytes: decoded.bytes.length });
    return accepted(conversationId);
  };
}

/** On the queue, or else in the table, from where the sweep queues it; undefined if both failed. */
async function keep({ enqueue, spool, log, now }: ReceiverDependencies, body: string, conversationId: string) {
  const receivedAt = now();
  try {
    await enqueue(body, receivedAt);
    return 'queue';
  } catch (queueError) {
    log.error('the queue did not take it', { conversationId, ...errorFields(queueError) });
  }
  try {
    await spool(body, receivedAt);
    return 'table';
  } catch (tableError) {
    log.error('not accepted: the table did not take it either', { conversationId, ...errorFields(tableError) });
    return undefined;
  }
}

async function refuse({ keepRejected, log }: ReceiverDependencies, bytes: Uint8Array, refused: Refused) {
  const { reason, detail, faults } = refused;
  try {
    const rejectedId = await keepRejected(bytes, refused);
    // No pointers in the log: a variable's key may be anything that a visitor typed.
    if (rejectedId === undefined) {
      log.error('rejected, and not kept: too much was refused today', { reason, bytes: bytes.length });
      return problem({ status: 400, title: 'Not a Smartsupp chat', detail: `${detail} ${notKept}`, errors: faults });
    }
    log.warn('rejected', { rejectedId, reason, faults: faults.length, bytes: bytes.length });
    return problem({ status: 400, title: 'Not a Smartsupp chat', detail, errors: faults, rejectedId });
  } catch (error) {
    log.error('rejected, and not kept: the table did not take it', { reason, ...errorFields(error) });
    return unavailable;
  }
}

/** The same for every key, so that it tells nobody which one is right. */
const thisIsTheHook = problem(
  { status: 405, title: 'Method not allowed', detail: 'This is the hook: POST to it.' },
  { allow: 'POST' },
);

const notKept = 'It was not kept, because too much was refused today.';

const unavailable = problem(
  { status: 503, title: 'Unavailable', detail: 'The chat could not be kept just now. Send it again.' },
  { 'retry-after': retryAfter },
);

/** Exactly 200: Smartsupp's newer hooks treat any other answer as a failure. */
function accepted(conversationId: string): APIGatewayProxyStructuredResultV2 {
  return answer(200, 'application/json', { status: 'accepted', conversationId });
}

export type Problem = {
  readonly status: 400 | 404 | 405 | 503;
  readonly title: string;
  readonly detail: string;
  readonly [extension: string]: unknown;
};

/** RFC 9457. */
function problem(content: Problem, headers: Readonly<Record<string, string>> = {}): APIGatewayProxyStructuredResultV2 {
  return answer(content.status, 'application/problem+json', content, headers);
}

function answer(
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
