import { createReadStream } from 'node:fs';
import { type CopyParts, mergeRevisions, revisionOf } from '../../../lambda/conversation/revision.ts';
import { readConversation } from '../../../lambda/smartsupp/body.ts';
import { validateHook } from '../../../lambda/smartsupp/hook.ts';
import { toInstant } from '../../../lambda/smartsupp/lenient.ts';
import { refusalText } from '../../lib/rejected.ts';

/** A line that must be sent for a chat: its words, its rating, or both are the newest of the file. */
export type ChatLine = Omit<Line, 'bytes'> & {
  readonly conversationId: string;
  readonly revision: string;
  readonly counts: CopyParts;
  readonly isHistory: boolean;
};

export type RefusedLine = Omit<Line, 'bytes'> & { readonly why: string };

export type ReadFile = {
  /** One line for each chat, or two: a copy with the words, and one with the rating. */
  readonly chats: ReadonlyMap<string, readonly ChatLine[]>;
  readonly refused: readonly RefusedLine[];
};

type Accepted = Omit<ChatLine, 'counts'>;
type Newest = { readonly revision: string; readonly words: Accepted; readonly rating: Accepted };

/** Reads every line, and merges the copies of each chat as if they had come in the file's order. */
export async function readChatFile(file: string, now: Date): Promise<ReadFile> {
  const newest = new Map<string, Newest>();
  const refused: RefusedLine[] = [];
  for await (const { bytes, ...line } of linesOf(file)) {
    const read = readLine(bytes, line, now);
    if ('why' in read) refused.push(read);
    else newest.set(read.conversationId, withCopy(newest.get(read.conversationId), read));
  }
  return { chats: new Map([...newest].map(([id, copies]) => [id, toLines(copies)])), refused };
}

function withCopy(known: Newest | undefined, copy: Accepted): Newest {
  if (known === undefined) return { revision: copy.revision, words: copy, rating: copy };
  const merged = mergeRevisions(known.revision, copy.revision);
  if (merged === undefined) return known;
  return {
    revision: merged.revision,
    words: merged.words === 'new' ? copy : known.words,
    rating: merged.rating === 'new' ? copy : known.rating,
  };
}

function toLines({ words, rating }: Newest): readonly ChatLine[] {
  if (words === rating) return [{ ...words, counts: { words: true, rating: true } }];
  return [
    { ...words, counts: { words: true, rating: false } },
    { ...rating, counts: { words: false, rating: true } },
  ];
}

function readLine(bytes: Buffer | undefined, line: Omit<Line, 'bytes'>, now: Date): Accepted | RefusedLine {
  if (bytes === undefined) return { ...line, why: 'The line is longer than 6 MB.' };
  const body = textOf(bytes);
  if (body === undefined) return { ...line, why: 'The line is not UTF-8 text.' };
  const conversation = readConversation(body);
  if (conversation === undefined) return { ...line, why: whyRefused(body) };
  // In the file's order, which is the order in which the copies came.
  const revision = revisionOf(conversation, new Date(line.number), body);
  const { id: conversationId, endedAt, startedAt } = conversation;
  return { ...line, conversationId, revision, isHistory: isHistory(endedAt ?? startedAt, now) };
}

function whyRefused(body: string): string {
  const validated = validateHook(body);
  return validated.ok ? 'The line is not a chat.' : `${refusalText(validated)}.`;
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** The body in a line; undefined if it is not UTF-8. */
export function textOf(bytes: Uint8Array): string | undefined {
  try {
    return utf8.decode(bytes).trim();
  } catch {
    return undefined;
  }
}

const dayMs = 24 * 60 * 60_000;

/** Nobody waits any more for an answer to a chat that ended more than a day ago, or nobody knows when. */
export function isHistory(endedAt: unknown, now: Date): boolean {
  const instant = toInstant(endedAt);
  return instant === null || now.getTime() - Date.parse(instant) > dayMs;
}

/** A line of a file: its number from 1 on, and the place of its bytes. */
type Line = {
  readonly number: number;
  readonly offset: number;
  readonly length: number;
  /** Undefined if it is longer than a hook can be: it is not kept in memory. */
  readonly bytes: Buffer | undefined;
};

/** Receive takes no larger body. */
const maxBytes = 6 * 1024 * 1024;

const newline = 0x0a;

/** The lines that are not blank, one at a time: the file may be larger than the memory. */
export async function* linesOf(file: string): AsyncGenerator<Line> {
  let number = 0;
  let offset = 0;
  let length = 0;
  let parts: Buffer[] = [];

  const add = (part: Buffer) => {
    length += part.length;
    if (length <= maxBytes) parts.push(part);
    else parts = [];
  };
  const take = (): Line => {
    number += 1;
    const line = { number, offset, length, bytes: length <= maxBytes ? Buffer.concat(parts) : undefined };
    offset += length + 1;
    length = 0;
    parts = [];
    return line;
  };

  const chunks: AsyncIterable<Buffer> = createReadStream(file);
  for await (const chunk of chunks) {
    let from = 0;
    for (let end = chunk.indexOf(newline); end !== -1; end = chunk.indexOf(newline, from)) {
      add(chunk.subarray(from, end));
      from = end + 1;
      const line = take();
      if (!isBlank(line)) yield line;
    }
    add(chunk.subarray(from));
  }
  const last = take();
  if (!isBlank(last)) yield last;
}

const isBlank = ({ bytes }: Line) => bytes !== undefined && bytes.toString('latin1').trim() === '';
