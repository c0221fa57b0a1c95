import { type CopyParts, mergeRevisions, revisionOf } from '../../../lambda/conversation/revision.ts';
import { readConversation } from '../../../lambda/smartsupp/body/body.ts';
import { validateHook } from '../../../lambda/smartsupp/hook.ts';
import { refusalText } from '../../lib/rejected.ts';
import { isHistory } from './history.ts';
import { type Line, linesOf } from './lines.ts';

/** A line that must be sent for a chat: its words, its rating, or both are the newest of the file. */
export type ChatLine = Omit<Line, 'bytes'> & {
  readonly conversationId: string;
  readonly revision: string;
  readonly counts: CopyParts;
  readonly isHistory: boolean;
};

export type RefusedLine = Omit<Line, 'bytes'> & { readonly why: string };

export type ReadFile = {
  /** Of each chat one line, or two: a copy that has the words, and one that has the rating. */
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
