import { createHash } from 'node:crypto';
import { createOpenMessage, seal } from '../../../lambda/queue/envelope.ts';
import { createReceiver } from '../../../lambda/receive/receiver.ts';
import { createAuthenticator } from '../../../lambda/receive/request.ts';
import { validateHook } from '../../../lambda/smartsupp/hook.ts';
import { createGetClaimCheck, createPutClaimCheck } from '../../../lambda/store/large-bodies.ts';
import { createKeepRejected } from '../../../lambda/store/rejected.ts';
import { createSpool } from '../../../lambda/store/spool.ts';
import type { Table } from '../../../lambda/store/table.ts';

const key = 'right';
const retention = { retentionDays: 30 };

export const now = () => new Date('2026-05-01T08:00:00Z');

/** The receiver with its real parts on a table, but for the queue, which is a list, and away when told so. */
export function createSystem(table: Table, { queueIsAway = false } = {}) {
  const queue: string[] = [];
  const open = createOpenMessage(createGetClaimCheck(table));
  const receive = createReceiver({
    isAuthentic: createAuthenticator([createHash('sha256').update(key).digest('hex')]),
    validate: validateHook,
    enqueue: async (body, receivedAt) => {
      if (queueIsAway) throw new Error('the queue is away');
      queue.push(await seal(body, receivedAt, createPutClaimCheck(table, now)));
    },
    spool: createSpool(table),
    keepRejected: createKeepRejected(table, { ...retention, dailyBytes: 50 * 1024 * 1024, now }),
    log: { info: () => {}, warn: () => {}, error: () => {} },
    now,
  });
  return {
    /** Posts bytes as the gateway hands them over. */
    post: async (bytes: Buffer) => {
      const requestContext = { http: { method: 'POST' } };
      const event = { requestContext, pathParameters: { key }, body: bytes.toString('base64'), isBase64Encoded: true };
      const { statusCode, body: answer = '' } = await receive(JSON.parse(JSON.stringify(event)));
      return { statusCode, answer };
    },
    /** The body that the queue has, if it has one. */
    taken: async () => {
      const message = queue.shift();
      if (message === undefined) return undefined;
      const opened = await open(message);
      if (opened.kind !== 'hook') throw new Error('What was sealed opens.');
      return opened.body;
    },
  };
}

/** A body is kept without the mark of its encoding. */
export const withoutMark = (bytes: Buffer) =>
  bytes.subarray(0, 3).toString() === '\ufeff' ? bytes.subarray(3) : bytes;
