import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';

/** Exactly 200: Smartsupp's newer hooks take any other answer for a failure. */
export function accepted(conversationId: string): APIGatewayProxyStructuredResultV2 {
  return answer(200, 'application/json', { status: 'accepted', conversationId });
}

export type Problem = {
  readonly status: 400 | 404 | 405 | 503;
  readonly title: string;
  readonly detail: string;
  readonly [extension: string]: unknown;
};

/** A problem as RFC 9457 has it. */
export function problem(
  content: Problem,
  headers: Readonly<Record<string, string>> = {},
): APIGatewayProxyStructuredResultV2 {
  return answer(content.status, 'application/problem+json', content, headers);
}

function answer(
  statusCode: number,
  contentType: string,
  content: object,
  headers: Readonly<Record<string, string>> = {},
) {
  return {
    statusCode,
    headers: { 'content-type': contentType, 'cache-control': 'no-store', ...headers },
    body: JSON.stringify(content),
  };
}
