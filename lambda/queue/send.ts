import { createHash } from 'node:crypto';
import { HttpRequest } from '@smithy/core/protocols';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import type { Credentials } from '../platform/environment-credentials.ts';
import { type PutOverflow, seal } from './envelope.ts';
import { signed } from './signature.ts';

/** How long to try, where somebody waits for an answer. */
export type Hurry = {
  readonly attempts: number;
  readonly connectionTimeoutMs: number;
  readonly requestTimeoutMs: number;
};

export type SendOptions = Hurry & {
  /** Its origin is where SQS is, on AWS and on this machine alike. */
  readonly queueUrl: string;
  readonly region: string;
  readonly credentials: Credentials;
  readonly putOverflow: PutOverflow;
  readonly now: () => Date;
};

/**
 * Puts a hook's body on the queue; it is durable when the promise resolves. One request, signed and posted by hand: the
 * SDK's client would be half of receive's cold start and nine tenths of its work for a hook. Everybody else uses that.
 * @throws QueueRefused, or what the network threw, after a second try where that may help
 */
export function createSend(options: SendOptions) {
  const { queueUrl, region, credentials, putOverflow, attempts, connectionTimeoutMs, requestTimeoutMs, now } = options;
  const { protocol, hostname, port, host } = new URL(queueUrl);
  const http = new NodeHttpHandler({
    connectionTimeout: connectionTimeoutMs,
    requestTimeout: requestTimeoutMs,
    throwOnRequestTimeout: true,
  });

  async function post(body: string): Promise<string> {
    const headers = { 'content-type': 'application/x-amz-json-1.0', 'x-amz-target': 'AmazonSQS.SendMessage' };
    const signing = { host, region, service: 'sqs', credentials, at: now() };
    const request = new HttpRequest({
      method: 'POST',
      protocol,
      hostname,
      ...(port !== '' && { port: Number(port) }),
      path: '/',
      headers: { ...signed(headers, body, signing), 'content-length': String(Buffer.byteLength(body)) },
      body,
    });
    const { response } = await http.handle(request);
    const chunks: Uint8Array[] = [];
    for await (const chunk of response.body) chunks.push(chunk);
    const answer = Buffer.concat(chunks).toString();
    if (response.statusCode !== 200) throw new QueueRefused(response.statusCode, answer);
    return answer;
  }

  return async (text: string, receivedAt: Date): Promise<void> => {
    const MessageBody = await seal(text, receivedAt, putOverflow);
    const body = JSON.stringify({ QueueUrl: queueUrl, MessageBody });
    const answer = await withRetries(attempts, () => post(body));
    // What SQS says that it keeps is what was sent.
    const digest = createHash('md5').update(MessageBody).digest('hex');
    if (digestIn(answer) !== digest) throw new QueueRefused(200, answer);
  };
}

function digestIn(answer: string): unknown {
  try {
    return Object(JSON.parse(answer)).MD5OfMessageBody;
  } catch {
    return undefined;
  }
}

/** SQS did not take the message. Named as SQS names the reason. */
class QueueRefused extends Error {
  readonly mayPass: boolean;
  constructor(status: number, answer: string) {
    super(`SQS answered ${status}.`);
    const [, reason = 'QueueRefused'] = /"__type":"(?:[^"#]*#)?(\w+)"/.exec(answer) ?? [];
    this.name = reason;
    this.mayPass = status >= 500 || status === 429 || /Throttl/.test(reason);
  }
}

async function withRetries<T>(attempts: number, act: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await act();
    } catch (error) {
      if (attempt === attempts || (error instanceof QueueRefused && !error.mayPass)) throw error;
    }
  }
}
