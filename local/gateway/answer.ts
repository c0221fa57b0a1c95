import type { OutgoingHttpHeaders, ServerResponse } from 'node:http';
import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import type { InvocationResult } from '../lambda/function.ts';

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
