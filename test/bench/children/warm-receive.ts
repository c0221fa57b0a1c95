/**
 * Receive's own work for one accepted hook, in this process: authenticate, decode, validate, seal, log, answer. Then the
 * same with the request to the queue made, signed and checked, and not sent; the deployed bundle, which sends it to a real
 * queue; and one bare request.
 * Arguments: the bundle's file, the hook's key. Tells microseconds of CPU a hook, round by round.
 */
import { createHash } from 'node:crypto';
import { Agent, request } from 'node:http';
import { Readable } from 'node:stream';
import { pathToFileURL } from 'node:url';
import { SQSClient } from '@aws-sdk/client-sqs';
import { type HttpRequest, HttpResponse } from '@smithy/core/protocols';
import { createLogger } from '../../../lambda/platform/logger.ts';
import { seal } from '../../../lambda/queue/envelope.ts';
import { createEnqueue } from '../../../lambda/queue/queue.ts';
import { createReceiver, type Enqueue } from '../../../lambda/receive/receiver.ts';
import { createAuthenticator } from '../../../lambda/receive/request.ts';
import { validateHook } from '../../../lambda/smartsupp/hook.ts';
import { credentialsOf } from '../../../local/lib/settings.ts';
import { bodyOf } from '../support/chats.ts';
import { tell } from '../support/child.ts';
import { cpuMicroseconds } from '../support/cpu.ts';
import { hookEvent } from '../support/hook-event.ts';

const rounds = 9;
const [bundle = '', hookKey = ''] = process.argv.slice(2);
const body = bodyOf('3 KB');
const event = JSON.parse(hookEvent(body, hookKey));
const never = () => Promise.reject(new Error('The bench refuses no hook.'));

const receiver = (enqueue: Enqueue) =>
  createReceiver({
    isAuthentic: createAuthenticator([createHash('sha256').update(hookKey).digest('hex')]),
    validate: validateHook,
    enqueue,
    spool: never,
    keepRejected: never,
    log: createLogger('receive'),
    now: () => new Date(),
  });

const ownWork = receiver(async (hook, receivedAt) => {
  await seal(hook, receivedAt, never);
});

/** Answers as SQS does, and sends nothing. */
const requestHandler = {
  handle: async ({ body: sent }: HttpRequest) => {
    const MD5OfMessageBody = createHash('md5').update(JSON.parse(sent).MessageBody).digest('hex');
    const answer = Readable.from([Buffer.from(JSON.stringify({ MD5OfMessageBody }))]);
    return { response: new HttpResponse({ statusCode: 200, headers: {}, body: answer }) };
  },
};
const signed = receiver(
  createEnqueue({
    sqs: new SQSClient({ region: 'us-east-1', credentials: credentialsOf('bench'), requestHandler }),
    queueUrl: 'https://sqs.us-east-1.amazonaws.com/000000000000/chats',
    putClaimCheck: never,
  }),
);
const { handler } = await import(pathToFileURL(bundle).href).then((loaded) => loaded.default ?? loaded);

const agent = new Agent({ keepAlive: true });
const bareRequest = () =>
  new Promise<void>((resolve, reject) => {
    const options = { agent, method: 'POST', headers: { 'content-type': 'application/x-amz-json-1.0' } };
    const outgoing = request(process.env['AWS_ENDPOINT_URL_SQS'] ?? '', options, (response) => {
      response.resume().on('end', resolve);
    });
    outgoing.on('error', reject).end(body);
  });

const subjects = {
  parse: { calls: 2_000, run: () => JSON.parse(body) },
  ownWork: { calls: 1_000, run: () => ownWork(event) },
  signed: { calls: 1_000, run: () => signed(event) },
  whole: { calls: 200, run: () => handler(event, { awsRequestId: 'bench' }) },
  bareRequest: { calls: 200, run: bareRequest },
};

async function round(): Promise<[string, number][]> {
  const times: [string, number][] = [];
  for (const [name, { calls, run }] of Object.entries(subjects)) {
    const begin = cpuMicroseconds();
    for (let call = 0; call < calls; call += 1) await run();
    times.push([name, (cpuMicroseconds() - begin) / calls]);
  }
  return times;
}

// Until all of it is compiled.
for (let time = 0; time < 3; time += 1) await round();
const measured = Object.fromEntries(Object.keys(subjects).map((name): [string, number[]] => [name, []]));
for (let time = 0; time < rounds; time += 1) {
  for (const [name, microseconds] of await round()) measured[name]?.push(microseconds);
}
const answer = await handler(event, { awsRequestId: 'bench' });
if (answer.statusCode !== 200) throw new Error(`The hook was answered ${answer.statusCode}.`);
tell(measured);
