import { compress, decompress } from '../platform/compression.ts';

/** A message on the queue: a hook as received, or a stored chat to deliver again. */
type Envelope = HookEnvelope | ChatEnvelope;

type HookEnvelope = {
  readonly version: 1;
  /** ISO 8601. */
  readonly receivedAt: string;
  /** An old chat that was imported: nobody waits for an answer any more. */
  readonly isHistory?: true;
  /** Only reconcile knew of it: if no other source has brought it, it was lost on its way. */
  readonly isReconciled?: true;
  readonly body:
    | { readonly kind: 'text'; readonly text: string }
    | { readonly kind: 'zstd'; readonly base64: string }
    /** Too large even when compressed: the table has the body, under this claim check. */
    | { readonly kind: 'stored'; readonly id: string };
};

type ChatEnvelope = {
  readonly version: 1;
  readonly conversationId: string;
  /** Only these; names that are no longer configured are ignored. */
  readonly destinations: readonly string[];
  readonly isHistory?: true;
};

/** Stores bytes that are too large for the queue, for longer than the queue keeps a message; returns their id. */
export type PutClaimCheck = (bytes: Uint8Array) => Promise<string>;

/** @throws Error if nothing is stored under this id */
export type GetClaimCheck = (id: string) => Promise<Uint8Array>;

export type OpenMessage = (message: string) => Promise<OpenedMessage>;

export type OpenedMessage =
  | ({ readonly kind: 'hook'; readonly body: string; readonly receivedAt: Date } & SealOptions)
  | {
      readonly kind: 'chat';
      readonly conversationId: string;
      readonly destinations: readonly string[];
      readonly isHistory?: boolean;
    }
  | { readonly kind: 'unreadable'; readonly reason: 'no-envelope'; readonly detail: string };

/** SQS's limit, including attributes. */
export const maxMessageBytes = 1024 * 1024;

export type SealOptions = { readonly isHistory?: boolean; readonly isReconciled?: boolean };

const marksOf = ({ isHistory, isReconciled }: SealOptions) => ({
  ...(isHistory === true && { isHistory }),
  ...(isReconciled === true && { isReconciled }),
});

/** Seals a hook's body: as it is if that fits, else compressed, else as a claim check. */
export async function seal(
  text: string,
  receivedAt: Date,
  putClaimCheck: PutClaimCheck,
  options: SealOptions = {},
): Promise<string> {
  const head = { version: 1, receivedAt: receivedAt.toISOString(), ...marksOf(options) } as const;
  const write = (body: HookEnvelope['body']) => toMessage({ ...head, body });
  const writeIfItFits = (content: string, body: HookEnvelope['body']) => {
    // Quoting only makes it longer.
    if (content.length > maxMessageBytes) return undefined;
    const message = write(body);
    return Buffer.byteLength(message) <= maxMessageBytes ? message : undefined;
  };

  const plain = writeIfItFits(text, { kind: 'text', text });
  if (plain !== undefined) return plain;
  const compressed = compress(Buffer.from(text));
  const base64 = compressed.toString('base64');
  const packed = writeIfItFits(base64, { kind: 'zstd', base64 });
  return packed ?? write({ kind: 'stored', id: await putClaimCheck(compressed) });
}

export const referTo = (
  conversationId: string,
  destinations: readonly string[],
  options: Pick<SealOptions, 'isHistory'> = {},
): string => toMessage({ version: 1, conversationId, destinations, ...marksOf(options) });

/** Opens what `seal` or `referTo` wrote. Anything else is returned, not thrown: a retry cannot help. */
export const createOpenMessage =
  (getClaimCheck: GetClaimCheck): OpenMessage =>
  async (message) => {
    const envelope = readEnvelope(message);
    if (envelope === undefined) return unreadable;
    if (!('body' in envelope)) {
      const { conversationId, destinations } = envelope;
      return { kind: 'chat', conversationId, destinations, ...marksOf(envelope) };
    }
    const body = await readBody(envelope.body, getClaimCheck);
    return body === undefined
      ? unreadable
      : { kind: 'hook', body, receivedAt: new Date(envelope.receivedAt), ...marksOf(envelope) };
  };

/** The body may be much larger than the message: it is compressed, or in the table. */
export const isHeavy = (message: string) => /"body":\{"kind":"(?:zstd|stored)"/.test(message.slice(0, 200));

const unreadable: OpenedMessage = {
  kind: 'unreadable',
  reason: 'no-envelope',
  detail: 'A message on the queue is not a version 1 envelope. Deploy a release that can read it.',
};

async function readBody(body: HookEnvelope['body'], getClaimCheck: GetClaimCheck): Promise<string | undefined> {
  if (body.kind === 'text') return body.text;
  const compressed = body.kind === 'zstd' ? Buffer.from(body.base64, 'base64') : await getClaimCheck(body.id);
  try {
    return String(decompress(compressed));
  } catch {
    return undefined;
  }
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

/** SQS refuses U+FFFE and U+FFFF, and some emulators everything beyond the basic plane: escape them in ASCII. */
const toMessage = (envelope: Envelope): string =>
  JSON.stringify(envelope).replace(/[\ud800-\udfff\ufffe\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16)}`);
