import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { errorFields, type Log } from '../platform/logger.ts';
import { decodeBody, type EncodedBody } from './decode.ts';
import type { Enqueue, KeepRejected, Recognise, Refused, Spool } from './ports.ts';
import { accepted, problem } from './responses.ts';

export type ReceiverDependencies = {
  readonly isAuthentic: (key: string | undefined) => boolean;
  readonly recognise: Recognise;
  readonly enqueue: Enqueue;
  readonly spool: Spool;
  readonly keepRejected: KeepRejected;
  readonly log: Log;
  readonly now: () => Date;
};

type Request = EncodedBody & Pick<APIGatewayProxyEventV2, 'pathParameters'>;

/** Seconds after which a sender may well try again when we cannot keep what it sent. */
const retryAfter = '30';

/**
 * Answers one POST of the hook: 200 once the chat is durable, 400 once a body that is no chat is kept as rejected, 404
 * for a wrong key, 503 where nothing could be kept. `infra/receive.ts` counts by what the log says: "accepted",
 * "rejected", "rejected, and not kept…".
 */
export function createReceiver(dependencies: ReceiverDependencies) {
  const { isAuthentic, recognise, log } = dependencies;

  return async (request: Request): Promise<APIGatewayProxyStructuredResultV2> => {
    if (!isAuthentic(request.pathParameters?.['key'])) {
      return problem({ status: 404, title: 'Not found', detail: 'There is no hook here. Check the key in the URL.' });
    }
    const decoded = await decodeBody(request);
    if (!decoded.ok) return refuse(dependencies, decoded.bytes, { ...decoded, faults: [] });
    const recognised = recognise(decoded.text);
    if (!recognised.ok) return refuse(dependencies, decoded.bytes, recognised);

    const { conversationId } = recognised;
    const where = await keep(dependencies, decoded.text, conversationId);
    if (where === undefined) return unavailable;
    log.info('accepted', { conversationId, where, bytes: decoded.bytes.length });
    return accepted(conversationId);
  };
}

/** Makes the chat durable: on the queue, else in the table, whence the sweep puts it on the queue; undefined: nowhere. */
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
    // No pointers here: a variable's key may be anything that was typed.
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

const notKept = 'It was not kept, since too much was refused today.';

const unavailable = problem(
  { status: 503, title: 'Unavailable', detail: 'The chat could not be kept just now. Send it again.' },
  { 'retry-after': retryAfter },
);
