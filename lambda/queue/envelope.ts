import { compress, decompress } from '../platform/compression.ts';

/** What travels on the queue: a hook as it came, or a stored chat that is to be brought somewhere again. */
export type Envelope = HookEnvelope | ChatEnvelope;

type HookEnvelope = {
  readonly version: 1;
  /** ISO 8601, when the hook was accepted. */
  readonly receivedAt: string;
  readonly body:
    | { readonly kind: 'text'; readonly text: string }
    | { readonly kind: 'zstd'; readonly base64: string }
    /** Too large even compressed: a claim check, with which the body is fetched from the table. */
    | { readonly kind: 'stored'; readonly id: string };
};

type ChatEnvelope = {
  readonly version: 1;
  readonly conversationId: string;
  /** The names of those it is for, and nobody else. A name that is not configured any more is nobody's. */
  readonly destinations: readonly string[];
};

/** Keeps compressed bytes that the queue cannot carry, for longer than it keeps a message; answers their id. */
export type PutClaimCheck = (bytes: Uint8Array) => Promise<string>;

/** @throws Error if there is nothing under this id */
export type GetClaimCheck = (id: string) => Promise<Uint8Array>;

/** Opens a message of the queue. */
export type OpenMessage = (message: string) => Promise<OpenedMessage>;

export type OpenedMessage =
  | { readonly kind: 'hook'; readonly body: string; readonly receivedAt: Date }
  | { readonly kind: 'chat'; readonly conversationId: string; readonly destinations: readonly string[] }
  | { readonly kind: 'unreadable'; readonly reason: 'no-envelope'; readonly detail: string };

/** SQS's limit, attributes included. */
export const maxMessageBytes = 1024 * 1024;

/** Seals a hook's body for the queue: as it is, else compressed, else by reference. */
export async function seal(text: string, receivedAt: Date, putClaimCheck: PutClaimCheck): Promise<string> {
  const write = (body: HookEnvelope['body']) => toMessage({ version: 1, receivedAt: receivedAt.toISOString(), body });
  const writeIfItFits = (content: string, body: HookEnvelope['body']) => {
    // What is over the limit by itself needs no quoting to find that out.
    if (content.length > maxMessageBytes) return undefined;
    const message = write(body);
    return Buffer.byteLength(message) <= maxMessageBytes ? message : undefined;
  };

  const plain = writeIfItFits(text, { kind: 'text', text });
  if (plain !== undefined) return plain;
  const compressed = await compress(Buffer.from(text));
  const base64 = compressed.toString('base64');
  const packed = writeIfItFits(base64, { kind: 'zstd', base64 });
  return packed ?? write({ kind: 'stored', id: await putClaimCheck(compressed) });
}

/** A message by which a stored chat is brought to these destinations again. */
export const referTo = (conversationId: string, destinations: readonly string[]): string =>
  toMessage({ version: 1, conversationId, destinations });

/** Opens what `seal` or `referTo` wrote. Anything else is told apart, not thrown, since trying again cannot help. */
export const createOpenMessage =
  (getClaimCheck: GetClaimCheck): OpenMessage =>
  async (message) => {
    const envelope = readEnvelope(message);
    if (envelope === undefined) return unreadable;
    if (!('body' in envelope)) {
      return { kind: 'chat', conversationId: envelope.conversationId, destinations: envelope.destinations };
    }
    const body = await readBody(envelope.body, getClaimCheck);
    return body === undefined ? unreadable : { kind: 'hook', body, receivedAt: new Date(envelope.receivedAt) };
  };

/** Whether a message stands for more than its own length: a body that was compressed, or left in the table. */
export const isHeavy = (message: string) => /"body":\{"kind":"(?:zstd|stored)"/.test(message.slice(0, 200));

const unreadable: OpenedMessage = {
  kind: 'unreadable',
  reason: 'no-envelope',
  detail: 'A message on the queue is no envelope of version 1. Deploy a release that can read it.',
};

/** Undefined if the bytes are not what `seal` compressed. */
async function readBody(body: HookEnvelope['body'], getClaimCheck: GetClaimCheck): Promise<string | undefined> {
  if (body.kind === 'text') return body.text;
  const compressed = body.kind === 'zstd' ? Buffer.from(body.base64, 'base64') : await getClaimCheck(body.id);
  return decompress(compressed).then(String, () => undefined);
}

function readEnvelope(message: string): Envelope | undefined {
  try {
    const value: unknown = JSON.parse(message);
    return isHookEnvelope(value) || isChatEnvelope(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isHookEnvelope(value: unknown): value is HookEnvelope {
  if (!isRecord(value) || value['version'] !== 1) return false;
  const { receivedAt, body } = value;
  if (typeof receivedAt !== 'string' || Number.isNaN(Date.parse(receivedAt)) || !isRecord(body)) return false;
  const content = { text: body['text'], zstd: body['base64'], stored: body['id'] };
  const kind = body['kind'];
  return (kind === 'text' || kind === 'zstd' || kind === 'stored') && typeof content[kind] === 'string';
}

function isChatEnvelope(value: unknown): value is ChatEnvelope {
  if (!isRecord(value) || value['version'] !== 1 || typeof value['conversationId'] !== 'string') return false;
  const { destinations } = value;
  return Array.isArray(destinations) && destinations.every((each) => typeof each === 'string');
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

/**
 * SQS refuses a message with U+FFFE or U+FFFF, and some that speak its protocol refuse all beyond the basic plane; JSON can
 * write each of them in ASCII.
 */
const toMessage = (envelope: Envelope): string =>
  JSON.stringify(envelope).replace(/[\ud800-\udfff\ufffe\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16)}`);
