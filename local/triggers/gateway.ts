import type { IncomingMessage } from 'node:http';
import type { HttpBindings } from '@hono/node-server';
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import { type Context, Hono } from 'hono';
import { type InvocationResult, isTooLarge } from '../lambda/function.ts';
import type { RouteDefinition } from '../template/definitions.ts';
import { type Answer, functionAnswer, gatewayAnswer, readBody, requestEvent, send } from './payload.ts';

/** A POST to a route, as it was answered. */
export type Exchange = {
  readonly routeKey: string;
  readonly at: Date;
  readonly durationMs: number;
  readonly body: Buffer;
  readonly answer: Pick<Answer, 'status' | 'body'>;
};

type GatewayOptions = {
  readonly routes: readonly RouteDefinition[];
  readonly invoke: (functionName: string, event: string, signal: AbortSignal) => Promise<InvocationResult>;
  readonly onTooLarge: () => void;
  /** Called with each POST and its answer. Default: not called. */
  readonly onAnswered?: (exchange: Exchange) => void;
  /** If false, every request is answered 503. */
  readonly mayAccept: () => boolean;
};

/** Serves the HTTP API's routes: converts requests to Lambda events, and the functions' results to answers. */
export function createGateway({ routes, invoke, onTooLarge, onAnswered, mayAccept }: GatewayOptions) {
  const app = new Hono<{ Bindings: HttpBindings }>();

  const tooLarge = () => {
    onTooLarge();
    return gatewayAnswer(413);
  };

  const answerTo = async (
    incoming: IncomingMessage,
    pathParameters: Readonly<Record<string, string>>,
    route: RouteDefinition,
  ): Promise<Answer> => {
    if (!mayAccept()) return gatewayAnswer(503);
    const body = await readBody(incoming);
    if (!body) return tooLarge();
    const at = new Date();
    const event = requestEvent(incoming, body, { routeKey: route.routeKey, pathParameters }, at);
    const answer = await answerOf(route, JSON.stringify(event));
    if (incoming.method === 'POST')
      onAnswered?.({ routeKey: route.routeKey, at, durationMs: Date.now() - at.getTime(), body, answer });
    return answer;
  };

  const answerOf = ({ functionName, timeoutMilliseconds }: RouteDefinition, event: string): Promise<Answer> => {
    const giveUp = new AbortController();
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        resolve(gatewayAnswer(503));
        giveUp.abort();
      }, timeoutMilliseconds);
      invoke(functionName, event, giveUp.signal)
        .then((result) => resolve(isTooLarge(result) ? tooLarge() : functionAnswer(result)))
        .catch(reject)
        .finally(() => clearTimeout(timer));
    });
  };

  const serve = async ({ env, req }: Context<{ Bindings: HttpBindings }>, route: RouteDefinition) => {
    const { incoming, outgoing } = env;
    // Hono's request and response objects would take most of the time.
    send(outgoing, await answerTo(incoming, req.param(), route));
    return RESPONSE_ALREADY_SENT;
  };

  for (const route of routes.toSorted((a, b) => breadth(a) - breadth(b))) {
    const { method, path } = honoRoute(route.routeKey);
    app.on(method, path, (context) => serve(context, route));
  }
  return app;
}

/** A greater number for a less specific route: the most specific route wins, in any order. */
function breadth({ routeKey }: RouteDefinition): number {
  if (routeKey === '$default') return 3;
  return routeKey.includes('+}') ? 2 : Number(routeKey.includes('{'));
}

/** Converts `ANY /a/{b}/{c+}` to Hono's syntax. */
function honoRoute(routeKey: string) {
  const [method = '', path = '/*'] = routeKey.split(' ');
  return {
    method: ['ANY', '$default'].includes(method) ? 'ALL' : method,
    path: path.replaceAll(/\{(\w+)\+\}/g, ':$1{.+}').replaceAll(/\{(\w+)\}/g, ':$1'),
  };
}

/** Whether the route is the hook's, and not the webhooks'. */
export const isHookRoute = (routeKey: string): boolean => routeKey.endsWith('{key+}');
