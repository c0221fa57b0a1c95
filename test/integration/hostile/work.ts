/**
 * Takes the hostile bodies one by one, as receive and deliver do, and prints what became of each. Run in a process with the
 * memory of a function: what takes more ends it.
 */
import { renderHtml } from '../../../lambda/conversation/transcript/formats.ts';
import { buildTranscript } from '../../../lambda/conversation/transcript/transcript.ts';
import { decompress } from '../../../lambda/platform/compression.ts';
import { createConversations } from '../../../lambda/store/conversations.ts';
import { rejectedKey } from '../../../lambda/store/keys.ts';
import { getChunks } from '../../../lambda/store/large-bodies.ts';
import type { Table } from '../../../lambda/store/table.ts';
import { hostileBodies } from '../../fixtures/hostile-bodies.ts';
import { retention, saveCopyOn } from '../../support/save-copy.ts';
import { simulatedDatabase } from '../../support/simulated-database.ts';
import { createSystem, now, withoutMark } from './system.ts';

export type Work = {
  readonly what: string;
  readonly status: number | undefined;
  readonly answerLength: number;
  /** Of the processor's time: a busy machine takes longer. */
  readonly receivedInMs: number;
  readonly deliveredInMs: number;
  /** On the queue, or as rejected. */
  readonly isKeptAsItCame: boolean;
  readonly isStoredAsItCame: boolean;
  /** Any `<` or `>` in the CRM's HTML that is not of our own tags. */
  readonly hasStrayMarkup: boolean;
  readonly isWellFormed: boolean;
};

type Body = (typeof hostileBodies)[number];

const ourTags = /<\/?(?:p|em|strong|bdi)>|<br>|<a href="https?:[^"<>]*">|<\/a>/g;

/** About HubSpot's. */
const limit = 64_000;

const msSince = (begin: NodeJS.CpuUsage): number => {
  const { user, system } = process.cpuUsage(begin);
  return Math.round((user + system) / 1000);
};
const same = (kept: string | Uint8Array | undefined, sent: Uint8Array) =>
  kept !== undefined && Buffer.compare(Buffer.from(kept), sent) === 0;

async function work({ what, make, text }: Body): Promise<Work> {
  const { newTable } = simulatedDatabase();
  const table = await newTable();
  const bytes = make();
  const { post, taken } = createSystem(table);
  const begin = process.cpuUsage();
  const { statusCode: status, answer } = await post(bytes);
  const received = { what, status, answerLength: answer.length, receivedInMs: msSince(begin) };
  const body = await taken();
  if (body === undefined) {
    const nothing = { deliveredInMs: 0, isStoredAsItCame: false, hasStrayMarkup: false, isWellFormed: true };
    return { ...received, isKeptAsItCame: same(await rejected(table, answer), bytes), ...nothing };
  }
  const expected = text === undefined ? withoutMark(bytes) : Buffer.from(text);
  const isKeptAsItCame = same(body, expected);
  return { ...received, isKeptAsItCame, ...(await deliver(table, body, expected)) };
}

async function rejected(table: Table, answer: string): Promise<Uint8Array> {
  const { rejectedId } = JSON.parse(answer);
  return decompress(await getChunks(table, { pk: rejectedKey(rejectedId).pk, prefix: 'BODY#' }));
}

async function deliver(table: Table, body: string, expected: Uint8Array) {
  const begin = process.cpuUsage();
  const saved = await saveCopyOn(table, { hasApi: false })({ body, receivedAt: now() });
  if (saved.kind !== 'new') throw new Error('What was accepted is a new chat.');
  const { conversation } = saved.chat;
  const transcript = buildTranscript(conversation, { timezone: 'Europe/Prague', language: 'en' });
  const pages = renderHtml(transcript, { limit, reference: `Smartsupp chat ${conversation.id}` });
  JSON.stringify({ type: 'conversation', data: conversation });
  const deliveredInMs = msSince(begin);
  const stored = await createConversations(table, retention).load(conversation.id);
  return {
    deliveredInMs,
    isStoredAsItCame: same(typeof stored === 'object' ? await stored.readBody() : undefined, expected),
    hasStrayMarkup: pages.some((page) => /[<>]/.test(page.replaceAll(ourTags, ''))),
    isWellFormed: pages.every((page) => page.isWellFormed()),
  };
}

for (const body of hostileBodies) process.stdout.write(`${JSON.stringify(await work(body))}\n`);
