import { reconcileKey } from '../../lambda/store/keys.ts';
import type { DynamoDb } from './dynamodb.ts';
import type { createLambda } from './lambda.ts';
import type { Posted } from './posted.ts';
import type { Surroundings } from './process.ts';
import type { RestApi } from './rest-api.ts';
import type { Post } from './script.ts';
import { postOfSnapshot } from './smartsupp.ts';

type Parts = {
  readonly surroundings: Surroundings;
  readonly restApi: RestApi;
  readonly dynamo: DynamoDb;
  readonly functions: ReturnType<typeof createLambda>['functions'];
  readonly plan: (at: number, run: () => void) => void;
  readonly posted: Posted[];
  readonly isOver: () => boolean;
};

const minute = 60_000;
const maxLateMs = 20 * minute;
const maxAgainMs = 3 * 60 * minute;
/** As `infra/` has it. */
const reconcileMs = 15 * minute;
const watermarkKey = reconcileKey('1');

/** What comes of Smartsupp's REST API: webhooks, some of which are lost, and the runs of reconcile. */
export function createSecondSource({ surroundings, restApi, dynamo, functions, plan, posted, isOver }: Parts) {
  const { clock, draw, count, start, trace } = surroundings;

  let runs = 0;
  function reconcile(): void {
    if (isOver()) return;
    runs += 1;
    void functions.reconcile((reconcile, { deadline }) => reconcile(new Date(deadline)));
    clock.at(clock.now() + reconcileMs, reconcile);
  }

  return {
    /** It has been looked at all that ended before. */
    start: (): void => {
      const reachedAt = new Date(start).toISOString();
      dynamo.put({ ...watermarkKey, reachedAt, deepAt: reachedAt });
      clock.at(start + draw('reconcile') * reconcileMs, reconcile);
    },
    /** It happens at Smartsupp, and a webhook tells of it: at once, late, again, or never. */
    happen: (one: Post): void => {
      const { event, data } = restApi.take(one);
      const isLost = draw('event lost') < 0.4;
      const lateMs = draw('event late') ** 8 * maxLateMs;
      trace?.(`at Smartsupp there is ${JSON.stringify(one)}; its ${event} ${isLost ? 'is lost' : 'comes'}`);
      count(`Smartsupp: event ${isLost ? 'lost' : 'sent'}`);
      if (isLost) return;
      const send = (inMs: number) =>
        plan(clock.now() + inMs, () => void functions.events((events) => events({ event, account_id: 1, data })));
      send(lateMs);
      if (draw('event again') < 0.1) send(lateMs + draw('event again later') * maxAgainMs);
    },
    /** Of reconcile, each of which writes its watermark. */
    runs: () => runs,
    /** What fetch has put on the queue is as good as acknowledged. */
    noteSnapshot: (message: string): void => {
      const { body, receivedAt } = JSON.parse(message);
      const post = typeof body?.text === 'string' ? postOfSnapshot(body.text) : undefined;
      if (post === undefined || posted.some(({ snapshot }) => snapshot === body.text)) return;
      const at = Date.parse(receivedAt);
      posted.push({ post: { ...post, at: at - start }, at, by: clock.now(), status: 200, snapshot: body.text });
    },
    /** Whether reconcile says that it has looked at all that has happened. */
    isReconciled: (): boolean =>
      restApi.isReconciled(Object(dynamo.items.get(`${watermarkKey.pk} ${watermarkKey.sk}`))),
  };
}
