import { zstdDecompressSync } from 'node:zlib';
import { claimCheckPrefix } from '../../lambda/store/keys.ts';
import type { Item } from '../../lambda/store/table.ts';
import type { Crm } from './crm.ts';
import type { Erased } from './operators.ts';
import type { Posted } from './posted.ts';
import type { Post, Script } from './script.ts';

/** All that the promises are checked against: of a simulated history, or of real processes. */
export type Evidence = {
  /** What was to happen; its times count from the start. */
  readonly script: Script;
  readonly start: number;
  readonly posted: readonly Posted[];
  readonly crms: readonly CrmRecord[];
  readonly dynamo: { readonly items: ReadonlyMap<string, Item>; readonly writes: () => number };
  readonly queue: QueueRecord;
  readonly deadLetters: QueueRecord;
  /** The conversations that have ended at Smartsupp, as its REST API has them in the end. */
  readonly atSmartsupp: ReadonlyMap<string, { readonly post: Post }>;
  readonly erased: readonly Erased[];
  /** Destinations that were configured all the time. */
  readonly steady: ReadonlySet<string>;
  /** What must never be, seen as it happened. */
  readonly violations: readonly string[];
};

/** What a CRM holds in the end. */
export type CrmRecord = Pick<Crm, 'name' | 'traits' | 'touched' | 'needlessTokens'> & {
  readonly contacts: ReadonlyMap<string, ContactRecord>;
  readonly notes: ReadonlyMap<string, { readonly chat: string; readonly contactId: string; readonly body: string }>;
  readonly tasks: ReadonlyMap<string, { readonly chat: string }>;
};
export type ContactRecord = {
  readonly emails: readonly string[];
  readonly phones: readonly string[];
  readonly isMergedByName?: boolean;
};

/** What a message says, also if it is packed, or the table has it. */
export function wordsIn({ body: message }: { readonly body: string }, { items }: Evidence['dynamo']): string {
  const { kind, base64, id } = Object(JSON.parse(message).body);
  if (kind === 'zstd') return zstdDecompressSync(Buffer.from(base64, 'base64')).toString();
  if (kind !== 'stored') return message;
  const chunks = [...items]
    .filter(([key]) => key.startsWith(`${claimCheckPrefix}${id} `))
    .toSorted()
    .flatMap(([, { data }]) => (data instanceof Uint8Array ? data : []));
  return chunks.length === 0 ? '' : zstdDecompressSync(Buffer.concat(chunks)).toString();
}

type QueueRecord = { readonly messages: ReadonlyMap<string, { readonly body: string }> };
