import { createHmac, createSecretKey, hash, type KeyObject } from 'node:crypto';
import type { Credentials } from './credentials.ts';

export type Signing = {
  readonly host: string;
  readonly region: string;
  readonly service: string;
};

/** Headers by their names in small letters. */
export type Headers = Readonly<Record<string, string>>;

/**
 * Signs POSTs to `/` as AWS wants it
 * (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html): answers the headers that
 * it is given, and those that prove whose they are.
 */
export function createSigner({ host, region, service }: Signing) {
  let known: { readonly secret: string; readonly day: string; readonly key: KeyObject } | undefined;

  /** Good for a day. As a KeyObject, since to sign with a buffer takes ten times as long: 36 µs, not 3. */
  const keyFor = (secret: string, day: string): KeyObject => {
    if (known?.secret !== secret || known.day !== day) {
      const bytes = [day, region, service, 'aws4_request'].reduce(hmac, Buffer.from(`AWS4${secret}`));
      known = { secret, day, key: createSecretKey(bytes) };
    }
    return known.key;
  };

  return (headers: Headers, body: string, credentials: Credentials, at: Date): Headers => {
    const { accessKeyId, secretAccessKey, sessionToken } = credentials;
    const time = at.toISOString().replace(/[-:]|\.\d+/g, '');
    const day = time.slice(0, 8);
    const all = {
      ...headers,
      host,
      'x-amz-date': time,
      ...(sessionToken !== undefined && { 'x-amz-security-token': sessionToken }),
    };
    const sorted = Object.entries(all).sort(([one], [other]) => (one < other ? -1 : 1));
    const names = sorted.map(([name]) => name).join(';');
    const lines = sorted.map(([name, value]) => `${name}:${value}`);
    const canonical = ['POST', '/', '', ...lines, '', names, hash('sha256', body)].join('\n');
    const scope = `${day}/${region}/${service}/aws4_request`;
    const text = ['AWS4-HMAC-SHA256', time, scope, hash('sha256', canonical)].join('\n');
    const signature = hmac(keyFor(secretAccessKey, day), text).toString('hex');
    const authorization = `AWS4-HMAC-SHA256 Credential=${accessKeyId}/${scope}, SignedHeaders=${names}, Signature=${signature}`;
    return { ...all, authorization };
  };
}

const hmac = (key: Buffer | KeyObject, text: string) => createHmac('sha256', key).update(text).digest();
