import type { HttpBindings } from '@hono/node-server';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { Hono } from 'hono';
import { createSite } from '../../../local/run.ts';
import { openWebServer, type WebServer } from '../../../local/web-server.ts';

let web: WebServer;
beforeEach(async () => {
  web = await openWebServer('127.0.0.1', 0);
});
afterEach(() => web.close());

test('a port waits until there is something to serve: a hook that came too early is not refused', async () => {
  const early = await openWebServer('127.0.0.1', 0);
  const hook = fetch(early.origin, { method: 'POST', body: 'a chat' });
  const { status, headers } = await fetch(`${early.origin}/healthz`);
  expect([status, headers.get('retry-after')]).toEqual([503, '5']);
  early.serve(async (request) => new Response(await request.text()));
  expect(await (await hook).text()).toBe('a chat');
  await early.close();
});

test('a port is unavailable if the start ends otherwise', async () => {
  const early = await openWebServer('127.0.0.1', 0);
  const hook = fetch(early.origin, { method: 'POST', body: 'a chat' });
  await fetch(`${early.origin}/healthz`);
  early.stopTaking();
  expect((await hook).status).toBe(503);
  await early.close();
});

test('a site says how things are', async () => {
  web.serve(createSite({ gateway: new Hono(), demo: new Hono(), isUp: () => true, onError: () => {} }).fetch);
  const response = await fetch(`${web.origin}/healthz`);
  expect([response.status, await response.json()]).toEqual([200, { status: 'ok' }]);
});

test('a page that is not there is not found, and an error is not shown', async () => {
  const errors: string[] = [];
  const demo = new Hono<{ Bindings: HttpBindings }>().get('/broken', () => {
    throw new Error('private');
  });
  const site = createSite({
    gateway: new Hono(),
    demo,
    isUp: () => false,
    onError: ({ message }) => errors.push(message),
  });
  web.serve(site.fetch);
  const replies = await Promise.all(
    ['/missing', '/broken', '/healthz'].map(async (path) => {
      const response = await fetch(web.origin + path);
      return [response.status, await response.json()];
    }),
  );
  expect(replies).toEqual([
    [404, { message: 'Not Found' }],
    [500, { message: 'Internal Server Error' }],
    [503, { status: 'down' }],
  ]);
  expect(errors).toEqual(['private']);
});

test('a port cannot be taken twice', async () => {
  const { port } = new URL(web.origin);
  await expect(openWebServer('127.0.0.1', Number(port))).rejects.toThrow(`Port ${port} is taken.`);
  await expect(openWebServer('192.0.2.1', 0)).rejects.toThrow('Cannot listen on 192.0.2.1');
});
