/**
 * Receive's own work for one accepted hook, in this process: authenticate, decode, validate, seal, log, answer, with a
 * queue that takes it at once. Then the deployed bundle with its real client on a real queue, and one bare request.
 * Arguments: the bundle's file, the hook's key. Tells microseconds of CPU a hook, round by round.
 */
import { createHash } from 'node:crypto';
import { Agent, request } from 'node:http';
import { pathToFileURL } from 'node:url';
import { createLogger } from '../../../lambda/platform/logger.ts';
import { createEnqueue } from '../../../lambda/queue/queue.ts';
import { createAuthenticator } from '../../../lambda/receiving/authenticate.ts';
import { createReceiver } from '../../../lambda/receiving/receiver.ts';
import { recogniseHook } from '../../../lambda/smartsupp/recognise.ts';
import { bodyOf } from '../support/chats.ts';
import { tell } from '../support/child.ts';
import { cpuMicroseconds } from '../support/cpu.ts';
import { hookEvent } from '../support/hook-event.ts';

const rounds = 15;
const [bundle = '', hookKey = ''] = process.argv.slice(2);
const body = bodyOf('3 KB');
const event = JSON.parse(hookEvent(body, hookKey));
const never = () => Promise.reject(new Error('The bench refuses no hook.'));

const ownWork = createReceiver({
  isAuthentic: createAuthenticator([createHash('sha256').update(hookKey).digest('hex')]),
  recognise: recogniseHook,
  enqueue: createEnqueue({ sqs: { send: async () => ({}) }, queueUrl: 'http://queue', putOverflow: never }),
  keepWaiting: never,
  keepRejected: never,
  log: createLogger('receive'),
  now: () => new Date(),
});
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
  whole: { calls: 200, run: () => handler(event) },
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
const answer = await handler(event);
if (answer.statusCode !== 200) throw new Error(`The hook was answered ${answer.statusCode}.`);
tell(measured);
