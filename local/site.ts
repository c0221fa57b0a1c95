import type { HttpBindings } from '@hono/node-server';
import { Hono } from 'hono';
import { gatewayAnswer } from './gateway/answer.ts';

type SiteOptions = {
  readonly gateway: Hono<{ Bindings: HttpBindings }>;
  readonly demo: Hono<{ Bindings: HttpBindings }>;
  readonly isUp: () => boolean;
  readonly onError: (error: Error) => void;
};

export function createSite({ gateway, demo, isUp, onError }: SiteOptions): Hono<{ Bindings: HttpBindings }> {
  const site = new Hono<{ Bindings: HttpBindings }>();
  site.get('/healthz', (context) => (isUp() ? context.json({ status: 'ok' }) : context.json({ status: 'down' }, 503)));
  site.route('/', gateway);
  site.route('/', demo);
  site.notFound(() => response(gatewayAnswer(404)));
  site.onError((error) => {
    onError(error);
    return response(gatewayAnswer(500));
  });
  return site;
}

const response = ({ body, ...head }: ReturnType<typeof gatewayAnswer>) => new Response(body, head);
