import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { GetQueueUrlCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterEach, expect, test } from '@jest/globals';
import { RequestHandler } from '../../../lambda/platform/aws-clients.ts';

let server: Server;
afterEach(() => {
  server.close();
  server.closeAllConnections();
});

const requestTimeoutMs = 400;

/** A client of the SDK for a server that behaves so, with a clock that is set. */
async function createSystem(behave: RequestListener) {
  let connections = 0;
  let requests = 0;
  server = createServer(behave)
    .on('connection', () => {
      connections += 1;
    })
    .on('request', () => {
      requests += 1;
    });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  let clock = 0;
  const client = new SQSClient({
    endpoint: `http://127.0.0.1:${port}`,
    region: 'eu-central-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    maxAttempts: 2,
    requestHandler: new RequestHandler({ connectionTimeoutMs: 400, requestTimeoutMs, now: () => clock }),
  });
  return {
    call: async () => {
      const begin = performance.now();
      const error = await client.send(new GetQueueUrlCommand({ QueueName: 'chats' })).then(
        () => undefined,
        (reason: unknown) => reason,
      );
      return { error, timeouts: (performance.now() - begin) / requestTimeoutMs };
    },
    connections: () => connections,
    requests: () => requests,
    pass: (milliseconds: number) => {
      clock += milliseconds;
    },
  };
}

const answer: RequestListener = (_request, response) => {
  response.writeHead(200, { 'content-type': 'application/x-amz-json-1.0' }).end('{"QueueUrl":"http://queue"}');
};

test.each<[string, RequestListener]>([
  ['never answers', () => {}],
  [
    'falls silent in the middle of its answer',
    (_request, response) => void response.writeHead(200, { 'content-length': '99' }).write('{'),
  ],
  [
    'answers byte by byte',
    (_request, response) => {
      response.writeHead(200, { 'content-length': '999' });
      const trickle = setInterval(() => response.write(' '), 20);
      response.on('close', () => clearInterval(trickle));
    },
  ],
])('a server that %s costs one time-out for each attempt', async (_what, behave) => {
  const { call, connections, requests } = await createSystem(behave);
  const { error, timeouts } = await call();
  expect(error).toMatchObject({ name: 'TimeoutError' });
  expect(timeouts).toBeGreaterThanOrEqual(1.9);
  expect([connections(), requests()]).toEqual([2, 2]);
});

test('a kept connection that the server has closed is replaced without an error', async () => {
  const { call, connections } = await createSystem((request, response) => {
    response.on('finish', () => setImmediate(() => request.socket.destroy()));
    answer(request, response);
  });
  for (let time = 0; time < 5; time += 1) expect(await call()).toMatchObject({ error: undefined });
  expect(connections()).toBeGreaterThanOrEqual(5);
});

/** Answers once on each connection; then it is dead, and nobody is told. */
const dyingConnections = (): RequestListener => {
  const used = new WeakSet<object>();
  return (request, response) => {
    if (used.has(request.socket)) return;
    used.add(request.socket);
    answer(request, response);
  };
};

test('a kept connection that is dead costs one time-out', async () => {
  const { call, connections, requests } = await createSystem(dyingConnections());
  await call();
  const { error, timeouts } = await call();
  expect(error).toBeUndefined();
  expect(timeouts).toBeGreaterThanOrEqual(0.9);
  expect([connections(), requests()]).toEqual([2, 3]);
});

test('after a freeze a connection that was kept is not used again', async () => {
  const { call, connections, requests, pass } = await createSystem(dyingConnections());
  await Promise.all(Array.from({ length: 20 }, call));
  pass(60_000);
  const after = await Promise.all(Array.from({ length: 20 }, call));
  for (const { error } of after) expect(error).toBeUndefined();
  expect([connections(), requests()]).toEqual([40, 40]);
});

test('a connection that was just used is used again', async () => {
  const { call, connections, pass } = await createSystem(answer);
  for (let time = 0; time < 5; time += 1) {
    expect(await call()).toMatchObject({ error: undefined });
    pass(9_000);
  }
  expect(connections()).toBe(1);
});
