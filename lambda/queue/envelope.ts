import { compress, decompress } from '../platform/compression.ts';

/** What travels on the queue: the hook's body as it came, when, and for whom. */
export type Envelope = {
  readonly version: 1;
  /** ISO 8601, when the hook was accepted. */
  readonly receivedAt: string;
  readonly body:
    | { readonly kind: 'text'; readonly text: string }
    | { readonly kind: 'zstd'; readonly base64: string }
    /** Too large even compressed: it lies in the table under this id. */
    | { readonly kind: 'stored'; readonly id: string };
  /** The names of those it is for, and nobody else; absent: everybody. A release that does not know it takes it for that. */
  readonly destinations?: readonly string[];
};

/** Keeps compressed bytes that the queue cannot carry, for longer than it keeps a message; answers their id. */
export type PutOverflow = (bytes: Uint8Array) => Promise<string>;

/** @throws Error where there is nothing under this id */
export type GetOverflow = (id: string) => Promise<Uint8Array>;

/** SQS's limit, attributes included. */
export const mostMessageBytes = 1024 * 1024;

/** Seals a body for the queue: as it is, else compressed, else by reference. */
export async function seal(
  text: string,
  receivedAt: Date,
  putOverflow: PutOverflow,
  destinations?: readonly string[],
): Promise<string> {
  const write = (body: Envelope['body']) => {
    const received = { version: 1, receivedAt: receivedAt.toISOString() } as const;
    // The body before the names: `isHeavy` goes by how a message begins.
    const envelope: Envelope = { ...received, body, ...(destinations && { destinations }) };
    return escapeForSqs(JSON.stringify(envelope));
  };
  const writeIfItFits = (content: string, body: Envelope['body']) => {
    // What is over the limit by itself needs no quoting to find that out.
    if (content.length > mostMessageBytes) return undefined;
    const message = write(body);
    return Buffer.byteLength(message) <= mostMessageBytes ? message : undefined;
  };

  const plain = writeIfItFits(text, { kind: 'text', text });
  if (plain !== undefined) return plain;
  const compressed = await compress(Buffer.from(text));
  const base64 = compressed.toString('base64');
  const packed = writeIfItFits(base64, { kind: 'zstd', base64 });
  return packed ?? write({ kind: 'stored', id: await putOverflow(compressed) });
}

export type Opened =
  | {
      readonly ok: true;
      readonly body: string;
      readonly receivedAt: Date;
      /** @see Envelope.destinations */
      readonly destinations?: readonly string[];
    }
  | { readonly ok: false; readonly reason: 'no-envelope'; readonly detail: string };

/** Opens what `seal` wrote; anything else on the queue is told apart, not thrown, since trying again cannot help. */
export async function unseal(message: string, getOverflow: GetOverflow): Promise<Opened> {
  const envelope = readEnvelope(message);
  if (envelope === undefined) return noEnvelope;
  const { receivedAt, destinations } = envelope;
  const body = await readBody(envelope.body, getOverflow);
  if (body === undefined) return noEnvelope;
  return { ok: true, body, receivedAt: new Date(receivedAt), ...(destinations && { destinations }) };
}

/** Whether a message stands for more than its own length: a body that was compressed, or left in the table. */
export const isHeavy = (message: string) => !/"body":\{"kind":"text"/.test(message.slice(0, 200));

const noEnvelope: Opened = {
  ok: false,
  reason: 'no-envelope',
  detail: 'A message on the queue is no envelope of version 1. Deploy a release that can read it.',
};

/** Undefined where the bytes are not what `seal` compressed. */
async function readBody(body: Envelope['body'], getOverflow: GetOverflow): Promise<string | undefined> {
  if (body.kind === 'text') return body.text;
  const compressed = body.kind === 'zstd' ? Buffer.from(body.base64, 'base64') : await getOverflow(body.id);
  return decompress(compressed).then(String, () => undefined);
}

function readEnvelope(message: string): Envelope | undefined {
  try {
    const value: unknown = JSON.parse(message);
    return isEnvelope(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isEnvelope(value: unknown): value is Envelope {
  if (!isRecord(value) || value['version'] !== 1 || typeof value['receivedAt'] !== 'string') return false;
  if (Number.isNaN(Date.parse(value['receivedAt']))) return false;
  if (value['destinations'] !== undefined && !isListOfNames(value['destinations'])) return false;
  const body = value['body'];
  if (!isRecord(body)) return false;
  const content = { text: body['text'], zstd: body['base64'], stored: body['id'] };
  const kind = body['kind'];
  return (kind === 'text' || kind === 'zstd' || kind === 'stored') && typeof content[kind] === 'string';
}

const isListOfNames = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.every((each) => typeof each === 'string');

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

/**
 * SQS refuses a message with U+FFFE or U+FFFF, and some that speak its protocol refuse all beyond the basic plane; JSON can
 * write each of them in ASCII.
 */
const escapeForSqs = (json: string) =>
  json.replace(/[\ud800-\udfff\ufffe\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16)}`);
