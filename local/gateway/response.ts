import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import type { InvocationResult } from '../lambda/function.ts';

/** What API Gateway answers by itself, without the function's words. */
export const gatewayAnswer = (status: keyof typeof messages): Response =>
  Response.json({ message: messages[status] }, { status });

const messages = {
  404: 'Not Found',
  413: 'Request Entity Too Large',
  500: 'Internal Server Error',
  503: 'Service Unavailable',
};

/** A function's result as HTTP. What is no answer in payload format 2.0 is the function's fault: 500. */
export function httpResponse(result: InvocationResult): Response {
  if (!result.succeeded) {
    return gatewayAnswer(result.error.errorType === 'TooManyRequestsException' ? 503 : 500);
  }
  const answer: unknown = JSON.parse(result.payload);
  // Anything without a status code is taken for the body of a 200.
  if (!isStructured(answer))
    return new Response(JSON.stringify(answer), { headers: { 'content-type': 'application/json' } });
  const { statusCode = 200, headers = {}, cookies = [], body = '', isBase64Encoded = false } = answer;
  try {
    const response = new Response(isBase64Encoded ? Buffer.from(body, 'base64') : body || null, {
      status: statusCode,
      headers: Object.entries(headers).map(([name, value]): [string, string] => [name, String(value)]),
    });
    for (const cookie of cookies) response.headers.append('set-cookie', cookie);
    return response;
  } catch {
    return gatewayAnswer(500);
  }
}

const isStructured = (answer: unknown): answer is APIGatewayProxyStructuredResultV2 =>
  typeof answer === 'object' && answer !== null && 'statusCode' in answer;
