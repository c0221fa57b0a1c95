import { open, stat } from 'node:fs/promises';
import { newerParts, revisionWithin } from '../../../lambda/conversation/revision.ts';
import { createEnqueue } from '../../../lambda/queue/queue.ts';
import { readConversation } from '../../../lambda/smartsupp/body.ts';
import { createLoadChat } from '../../../lambda/store/conversations.ts';
import { createPutClaimCheck } from '../../../lambda/store/large-bodies.ts';
import { inBulk, undelivered } from '../../lib/bulk.ts';
import type { Deployment } from '../../lib/deployment/deployment.ts';
import { forEach } from '../../lib/parallel.ts';
import { confirmMany } from '../../lib/terminal/ask.ts';
import { CliError, exitCodes } from '../../lib/terminal/errors.ts';
import { note, plural, print, printable, printJson } from '../../lib/terminal/output.ts';
import { type ChatLine, type ReadFile, type RefusedLine, readChatFile, textOf } from './read-file.ts';

type Options = { readonly dryRun: boolean; readonly yes: boolean; readonly json: boolean };

const maxShown = 50;

/** Imports the chats of a file that are not here yet, or are newer than here. Safe to repeat. */
export async function importFile(file: string, deployment: Deployment, options: Options): Promise<void> {
  await checkFile(file);
  const { chats, refused } = await readChatFile(file, new Date());
  const lines = await missingLines(chats, deployment);
  const missing = new Set(lines.map(({ conversationId }) => conversationId)).size;
  const counts = { chats: chats.size, missing, here: chats.size - missing, refused };
  if (options.dryRun) return printCounts(file, counts, { ...options, end: 'Nothing was changed.' });

  await confirmMany(missing, `Import ${plural(missing, 'chat')} of ${printable(file)}`, options);
  if (refused.length > 0) await keepRefused(file, refused);
  if (lines.length > 0) await send(file, lines, deployment);
  const kept =
    refused.length > 0 ? ` Correct the refused lines in ${printable(refusedFile(file))}, and import that.` : '';
  printCounts(file, counts, { ...options, end: `${plural(missing, 'chat')} on the way.${kept}` });
  if (refused.length > 0) process.exitCode = exitCodes.failed;
}

async function checkFile(file: string): Promise<void> {
  const { isFile } = await stat(file).then(
    (stats) => ({ isFile: stats.isFile() }),
    (error: unknown) => {
      throw new CliError(`Cannot read ${file}: ${error instanceof Error ? error.message : String(error)}`);
    },
  );
  // It is read twice.
  if (!isFile) throw new CliError(`${file} is not a file. Write the chats into one, a line for each.`);
}

/** Those that say more than what is stored. An erased chat stays erased. */
async function missingLines(chats: ReadFile['chats'], { table }: Deployment): Promise<readonly ChatLine[]> {
  const load = createLoadChat(table);
  const missing = new Map<string, readonly ChatLine[]>();
  await forEach(chats, async ([id, lines]) => {
    const stored = await load(id);
    if (stored === 'erased' || stored === 'erasing') return;
    const revision = stored && revisionWithin(stored.revision, stored.conversationId === id ? 'own' : 'other');
    const isMissing = ({ counts, ...line }: ChatLine) => {
      if (revision === undefined) return true;
      const newer = newerParts(revision, line.revision);
      return (counts.words && newer.words) || (counts.rating && newer.rating);
    };
    missing.set(id, lines.filter(isMissing));
  });
  return [...chats.keys()].flatMap((id) => missing.get(id) ?? []);
}

async function send(file: string, lines: readonly ChatLine[], deployment: Deployment): Promise<void> {
  const { sqs, outputs, table } = deployment;
  const begin = Date.now();
  const putClaimCheck = createPutClaimCheck(table, () => new Date());
  const enqueue = createEnqueue({ sqs, queueUrl: outputs.QueueUrl, putClaimCheck });
  const lastLine = Math.max(...lines.map(({ number }) => number));
  const handle = await open(file);
  const act = async ({ conversationId, offset, length, number, isHistory }: ChatLine) => {
    const { buffer } = await handle.read(Buffer.alloc(length), 0, length, offset);
    const body = textOf(buffer) ?? '';
    if (readConversation(body)?.id !== conversationId) {
      throw new CliError(`${file} was changed while it was imported. Run the same command again.`);
    }
    // A later line counts as received later, whichever is sent first.
    await enqueue(body, new Date(begin - (lastLine - number)), { isHistory });
  };
  try {
    await inBulk({ deployment, items: lines, act, depth: undelivered(deployment) });
  } finally {
    await handle.close();
  }
}

const refusedFile = (file: string) => `${file}.refused`;

/** As they are, and only for their owner: they may hold what visitors wrote. */
async function keepRefused(file: string, refused: readonly RefusedLine[]): Promise<void> {
  const from = await open(file);
  const to = await open(refusedFile(file), 'w', 0o600);
  try {
    for (const { offset, length } of refused) {
      const { buffer } = await from.read(Buffer.alloc(length), 0, length, offset);
      await to.write(Buffer.concat([buffer, Buffer.from('\n')]));
    }
  } finally {
    await Promise.all([from.close(), to.close()]);
  }
}

type Counts = {
  readonly chats: number;
  readonly missing: number;
  readonly here: number;
  readonly refused: readonly RefusedLine[];
};

function printCounts(
  file: string,
  { chats, missing, here, refused }: Counts,
  { json, dryRun, end }: Pick<Options, 'json' | 'dryRun'> & { readonly end: string },
): void {
  if (json) {
    const lines = refused.map(({ number, why }) => ({ line: number, why }));
    printJson({ chats, [dryRun ? 'missing' : 'sent']: missing, here, refused: lines });
    return;
  }
  for (const { number, why } of refused.slice(0, maxShown)) print(`line ${number} refused: ${why}`);
  if (refused.length > maxShown) note(`and ${refused.length - maxShown} more like these`);
  const bad = refused.length === 0 ? '' : `, ${plural(refused.length, 'line')} refused`;
  print(`${plural(chats, 'chat')} in ${printable(file)}: ${missing} missing here, ${here} here already${bad}. ${end}`);
}
