import { randomUUID } from 'node:crypto';
import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import type { InvocationResult } from '../lambda/function.ts';
import { account } from '../lib/settings.ts';

type Route = { readonly routeKey: string; readonly pathParameters: Readonly<Record<string, string>> };

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html */
export function requestEvent(request: IncomingMessage, body: Buffer, route: Route, time: Date): APIGatewayProxyEventV2 {
  const { pathname, search, searchParams } = new URL(request.url ?? '/', 'http://localhost');
  const sourceIp = request.socket.remoteAddress ?? '127.0.0.1';
  const headers = { ...joinedHeaders(request), ...forwardedHeaders(request, sourceIp, time) };
  const { cookie, ...others } = headers;
  return {
    version: '2.0',
    routeKey: route.routeKey,
    rawPath: pathname,
    rawQueryString: search.slice(1),
    headers: others,
    ...(cookie !== undefined && { cookies: cookie.split(/; ?/) }),
    ...(search !== '' && { queryStringParameters: joinedParameters(searchParams) }),
    ...(Object.keys(route.pathParameters).length > 0 && { pathParameters: route.pathParameters }),
    requestContext: {
      accountId: account.id,
      apiId: 'local',
      domainName: headers['host'] ?? '',
      domainPrefix: 'local',
      http: {
        method: request.method ?? 'GET',
        path: pathname,
        protocol: `HTTP/${request.httpVersion}`,
        sourceIp,
        userAgent: headers['user-agent'] ?? '',
      },
      requestId: randomUUID(),
      routeKey: route.routeKey,
      stage: '$default',
      time: time.toUTCString(),
      timeEpoch: time.getTime(),
    },
    ...encodedBody(body, headers),
  };
}

function joinedHeaders({ headersDistinct }: IncomingMessage): Record<string, string> {
  return Object.fromEntries(Object.entries(headersDistinct).map(([name, values]) => [name, values?.join(',') ?? '']));
}

function forwardedHeaders({ socket }: IncomingMessage, sourceIp: string, time: Date): Record<string, string> {
  return {
    'x-amzn-trace-id': `Root=1-${Math.floor(time.getTime() / 1000).toString(16)}-${randomUUID().replaceAll('-', '').slice(8)}`,
    'x-forwarded-for': sourceIp,
    'x-forwarded-port': String(socket.localPort),
    'x-forwarded-proto': 'http',
  };
}

function joinedParameters(parameters: URLSearchParams): Record<string, string> {
  return Object.fromEntries([...parameters.keys()].map((name) => [name, parameters.getAll(name).join(',')]));
}

const textTypes = /^(text\/.*|application\/(json|xml|javascript))$/;

/** Text types are passed as text, all others in base64. */
function encodedBody(body: Buffer, headers: Readonly<Record<string, string>>) {
  if (body.length === 0) return { isBase64Encoded: false };
  const [type = ''] = (headers['content-type'] ?? '').toLowerCase().split(';');
  const isText = textTypes.test(type.trim()) && headers['content-encoding'] === undefined;
  return { body: body.toString(isText ? 'utf8' : 'base64'), isBase64Encoded: !isText };
}

/** API Gateway's limit, in bytes. */
const maxBodyLength = 10 * 1024 * 1024;

/** Reads the body; undefined if it is too long, without reading the rest. */
export async function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
  if (Number(request.headers['content-length'] ?? 0) > maxBodyLength) return undefined;
  const chunks: Buffer[] = [];
  let length = 0;
  // The connection stays open for the answer.
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    length += chunk.length;
    if (length > maxBodyLength) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

export type Answer = {
  readonly status: number;
  readonly headers: OutgoingHttpHeaders;
  readonly body: string | Buffer;
};

const messages = {
  404: 'Not Found',
  413: 'Request Entity Too Large',
  500: 'Internal Server Error',
  503: 'Service Unavailable',
};

export const gatewayAnswer = (status: keyof typeof messages) => ({
  status,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({ message: messages[status] }),
});

/** Converts a function's result to HTTP; anything invalid in payload format 2.0 is a 500. */
export function functionAnswer(result: InvocationResult): Answer {
  if (!result.succeeded) {
    return gatewayAnswer(result.error.errorType === 'TooManyRequestsException' ? 503 : 500);
  }
  const answer: unknown = JSON.parse(result.payload);
  // A result without a status code is the body of a 200.
  if (!isStructured(answer))
    return { status: 200, headers: { 'content-type': 'application/json' }, body: JSON.stringify(answer) };
  const { statusCode = 200, headers = {}, cookies = [], body = '', isBase64Encoded = false } = answer;
  return {
    status: statusCode,
    headers: {
      ...(body !== '' && !isBase64Encoded && { 'content-type': 'text/plain;charset=UTF-8' }),
      ...Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), String(value)])),
      ...(cookies.length > 0 && { 'set-cookie': cookies }),
    },
    body: isBase64Encoded ? Buffer.from(body, 'base64') : body,
  };
}

const isStructured = (answer: unknown): answer is APIGatewayProxyStructuredResultV2 =>
  typeof answer === 'object' && answer !== null && 'statusCode' in answer;

export function send(response: ServerResponse, answer: Answer): void {
  const { status, headers, body } = answer.status < 200 ? gatewayAnswer(500) : answer;
  const length = body.length > 0 && { 'content-length': Buffer.byteLength(body) };
  try {
    response.writeHead(status, { ...headers, ...length }).end(body);
  } catch {
    // The function returned an invalid status or header.
    send(response, gatewayAnswer(500));
  }
}
