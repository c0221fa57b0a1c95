import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';

export type Problem = {
  readonly status: 400 | 401 | 404 | 405 | 503;
  readonly title: string;
  readonly detail: string;
  readonly [extension: string]: unknown;
};

/** RFC 9457. */
export function problem(
  content: Problem,
  headers: Readonly<Record<string, string>> = {},
): APIGatewayProxyStructuredResultV2 {
  return answer(content.status, 'application/problem+json', content, headers);
}

export function answer(
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

/** In seconds. */
const retryAfter = '30';

export const unavailable = problem(
  { status: 503, title: 'Unavailable', detail: 'The chat could not be kept just now. Send it again.' },
  { 'retry-after': retryAfter },
);
