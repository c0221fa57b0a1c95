import type { APIGatewayProxyEventV2 } from 'aws-lambda';

export type Decoded =
  | { readonly ok: true; readonly text: string; readonly bytes: Uint8Array }
  | { readonly ok: false; readonly bytes: Uint8Array };

const utf8 = new TextDecoder('utf-8', { fatal: true });

/**
 * The body's bytes as text, whatever its content type says: the vendor documents none, and API Gateway encodes all that
 * it does not take for text. A byte order mark is dropped.
 */
export function decodeBody({
  body = '',
  isBase64Encoded,
}: Pick<APIGatewayProxyEventV2, 'body' | 'isBase64Encoded'>): Decoded {
  const bytes = Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8');
  try {
    return { ok: true, text: utf8.decode(bytes), bytes };
  } catch {
    return { ok: false, bytes };
  }
}
