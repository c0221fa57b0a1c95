import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { errorFields, type Log } from '../platform/logger.ts';
import { answer, type KeepRejected, noHook, problem, type Refused, refuse, unavailable } from './answers.ts';
import { decodeBody, type EncodedBody } from './request.ts';

/** Hands over an accepted body. Durable once the promise resolves. */
export type Enqueue = (body: string, receivedAt: Date) => Promise<void>;

/** Keeps an accepted body for the sweep while the queue is unavailable. */
export type Spool = (body: string, receivedAt: Date) => Promise<void>;

export type Accepted = { readonly ok: true; readonly conversationId: string };

/** Returns the id of the conversation in a body, or why it is refused. */
export type Validate = (body: string) => Accepted | Refused;

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

/**
 * Answers one request to the hook: 405 unless it is a POST, 200 once the chat is durable, 400 once a body that is not a
 * chat is kept as rejected, 404 for a wrong key, 503 if nothing could be stored. Metric filters in `infra/receive.ts` match the log messages
 * "accepted", "rejected" and "rejected, and not kept…".
 */
export function createReceiver(dependencies: ReceiverDependencies) {
  const { isAuthentic, validate, log } = dependencies;

  return async (request: Request): Promise<APIGatewayProxyStructuredResultV2> => {
    if (request.requestContext.http.method !== 'POST') return thisIsTheHook;
    if (!isAuthentic(request.pathParameters?.['key']?.replace(/\/+$/, ''))) return noHook;
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

/** Keeps a body on the queue, or else in the table for the sweep; undefined if both failed. */
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

/** The same for every key, so that it tells nobody which one is right. */
const thisIsTheHook = problem(
  { status: 405, title: 'Method not allowed', detail: 'This is the hook: POST to it.' },
  { allow: 'POST' },
);

/** Exactly 200: Smartsupp's newer hooks treat any other answer as a failure. */
function accepted(conversationId: string): APIGatewayProxyStructuredResultV2 {
  return answer(200, 'application/json', { status: 'accepted', conversationId });
}
