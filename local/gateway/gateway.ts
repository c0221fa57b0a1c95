import type { HttpBindings } from '@hono/node-server';
import { type Context, Hono } from 'hono';
import { type InvocationResult, isTooLarge } from '../lambda/function.ts';
import type { RouteDefinition } from '../template/definitions.ts';
import { readBody } from './body.ts';
import { requestEvent } from './request-event.ts';
import { gatewayAnswer, httpResponse } from './response.ts';

type GatewayOptions = {
  readonly routes: readonly RouteDefinition[];
  readonly invoke: (functionName: string, event: string, signal: AbortSignal) => Promise<InvocationResult>;
  /** A body was turned away that nothing here can take. */
  readonly onTooLarge: () => void;
};

/** The HTTP API's routes: each request becomes an event of API Gateway's, and the function's result the answer. */
export function createGateway({ routes, invoke, onTooLarge }: GatewayOptions) {
  const app = new Hono<{ Bindings: HttpBindings }>();

  const tooLarge = () => {
    onTooLarge();
    return gatewayAnswer(413);
  };

  const serve = async (context: Context<{ Bindings: HttpBindings }>, route: RouteDefinition): Promise<Response> => {
    const body = await readBody(context.req.raw);
    if (!body) return tooLarge();
    const { routeKey, functionName, timeoutMilliseconds } = route;
    const event = requestEvent(
      context.env.incoming,
      body,
      { routeKey, pathParameters: context.req.param() },
      new Date(),
    );
    const signal = AbortSignal.timeout(timeoutMilliseconds);
    const timedOut = new Promise<Response>((resolve) => {
      signal.addEventListener('abort', () => resolve(gatewayAnswer(503)));
    });
    const answered = invoke(functionName, JSON.stringify(event), signal).then((result) =>
      isTooLarge(result) ? tooLarge() : httpResponse(result),
    );
    return Promise.race([answered, timedOut]);
  };

  for (const route of routes.toSorted((a, b) => openness(a) - openness(b))) {
    const { method, path } = honoRoute(route.routeKey);
    app.on(method, path, (context) => serve(context, route));
  }
  return app;
}

/** The narrower route wins, whatever the template's order. */
function openness({ routeKey }: RouteDefinition): number {
  if (routeKey === '$default') return 3;
  return routeKey.includes('+}') ? 2 : Number(routeKey.includes('{'));
}

/** `ANY /a/{b}/{c+}` in Hono's words. */
function honoRoute(routeKey: string) {
  const [method = '', path = '/*'] = routeKey.split(' ');
  return {
    method: ['ANY', '$default'].includes(method) ? 'ALL' : method,
    path: path.replaceAll(/\{(\w+)\+\}/g, ':$1{.+}').replaceAll(/\{(\w+)\}/g, ':$1'),
  };
}
