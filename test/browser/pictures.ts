import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { globSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import type { Browser, Page } from 'playwright-core';
import { unknownOutcomeDelay } from '../../lambda/delivery/failures.ts';
import { createLedger } from '../../lambda/store/ledger.ts';
import { readDelivery } from '../../lambda/store/lists.ts';
import { credentialsOf } from '../../local/lib/settings.ts';
import { readStackInfo } from '../../local/stack-info.ts';
import { eventually } from '../integration/local/support/eventually.ts';
import { startLocalStack } from '../integration/local/support/stack.ts';
import { visit } from '../support/chromium.ts';
import { allItems } from '../support/items.ts';
import { type ProbedTable, probedTable } from '../support/probed-table.ts';

/** Whole chats are waited for, on a machine that may be busy. */
const maxWaitMs = 90_000;
/** How long *Send again* may take: a note whose answer was lost is looked for after 90 seconds. */
const maxDoubtMs = 150_000;

const viewport = { width: 1200, height: 720 };

export type Picture = {
  readonly name: string;
  /** Opens what is pictured, once it is all there. */
  readonly open: (colorScheme: 'light' | 'dark') => Promise<Page>;
};

/** What a picture shows, apart from times and numbers, which differ each time, and from fonts, which differ by machine. */
export async function contentOf({ open }: Picture): Promise<string> {
  const page = await open('light');
  const content = await page.locator('body').ariaSnapshot();
  await page.context().close();
  return content
    .replaceAll(/\b(?:Mon|Tues?|Wed(?:nes)?|Thu(?:rs)?|Fri|Sat(?:ur)?|Sun)(?:day)?\b/g, 'Day')
    .replaceAll(
      /\b(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)\b/g,
      'Month',
    )
    .replaceAll(/\bmsg_[\w-]+/g, 'msg_0')
    .replaceAll(/\d+(?:[.,:]\d+)*/g, '0');
}

/** How everything looks that is pictured. */
export function digestOfStyles(): string {
  const hash = createHash('sha256');
  for (const file of globSync('{inspector,local/demo}/assets/*.css').toSorted()) hash.update(readFileSync(file));
  return hash.digest('hex');
}

/**
 * Sends the chats that are pictured through a stack of its own.
 * @param passesDoubt whether the 90 seconds are taken off in the table instead of waited for; all that changes are the times
 */
export async function openPictures(browser: Browser, { passesDoubt }: { readonly passesDoubt: boolean }) {
  const directory = await mkdtemp(join(tmpdir(), 'pictures-'));
  const data = join(directory, 'data');
  const stack = await startLocalStack(data);
  const { page } = await visit(browser, stack.pageUrl, { viewport });
  page.setDefaultTimeout(maxWaitMs);
  for (const sample of ['anonymous', 'offline', 'missed', 'answered']) {
    await send(page, sample);
    await page.locator('.messages').waitFor();
  }
  const chat = page.url();
  const hook = await goThroughTrouble(page, passesDoubt ? () => passDoubt(tableOf(data)) : undefined);
  const note = await noteOf('answered', join(directory, 'note.html'));
  await page.close();

  const open = async (url: string, text: string, colorScheme: 'light' | 'dark', width = viewport.width) => {
    const { page } = await visit(browser, url, { viewport: { ...viewport, width }, colorScheme });
    page.setDefaultTimeout(maxWaitMs);
    await page.getByText(text).first().waitFor();
    return page;
  };
  const opened = (url: string, text: string) => async (colorScheme: 'light' | 'dark') => {
    const page = await open(url, text, colorScheme);
    await page.getByText('Live', { exact: true }).waitFor();
    return page;
  };
  const pictures: readonly Picture[] = [
    { name: 'chat', open: opened(new URL(new URL(chat).pathname, chat).href, 'Perfect, ordering now.') },
    { name: 'inspector', open: opened(new URL(new URL(hook).pathname, hook).href, '21 copies came, 2 calls went') },
    { name: 'note', open: (colorScheme) => open(note, 'Perfect, ordering now.', colorScheme, 760) },
  ];
  return {
    pictures,
    close: async () => {
      stack.child.kill('SIGTERM');
      await stack.exit;
      await rm(directory, { recursive: true });
    },
  };
}

async function send(page: Page, sample: string): Promise<void> {
  const before = page.url();
  await page.getByLabel('Sample').waitFor();
  // In one go: a change that the page shows in between would undo the choice.
  await page.evaluate(`{
    const form = document.querySelector('form[action="/samples"]');
    form.elements.sample.value = '${sample}';
    form.requestSubmit();
  }`);
  await page.waitForURL((url) => url.href !== before);
}

/** A chat whose answer is lost, and of which many copies come. Returns its address in the inspector. */
async function goThroughTrouble(page: Page, beforeSendingAgain = async () => {}): Promise<string> {
  await page.getByRole('link', { name: 'Inspector' }).click();
  await page.getByText('Live', { exact: true }).waitFor();
  await page.getByRole('button', { name: 'Lose the answer' }).click();
  await page.getByRole('button', { name: 'Lose the answer', pressed: true }).waitFor();
  await send(page, 'prestashop');
  await page.getByText('and the answer was lost').waitFor();
  await page.getByRole('button', { name: 'times at once' }).click();
  await page.getByText('21 copies came').waitFor();
  await beforeSendingAgain();
  await page.getByRole('button', { name: 'Send again' }).click();
  await page.getByText('it had this already').waitFor({ timeout: maxDoubtMs });
  return page.url();
}

function tableOf(data: string): ProbedTable {
  const stackInfo = readStackInfo(data);
  if (stackInfo === undefined) throw new Error('The stack has left no word of where it is.');
  const { endpoints, outputs } = stackInfo;
  return probedTable(endpoints.dynamodb, outputs.TableName, credentialsOf(endpoints.accessKey));
}

/** Makes the delivery that is in doubt as old as it must be for its note to be looked for. */
async function passDoubt(table: ProbedTable): Promise<void> {
  const { write } = createLedger(table, { retentionDays: 30, now: () => new Date() });
  const earlier = (at: string) => new Date(Date.parse(at) - unknownOutcomeDelay).toISOString();
  await eventually(async () => {
    for (const item of await allItems(table)) {
      const delivery = readDelivery(item);
      if (delivery?.state !== 'pending' || !delivery.inDoubt || delivery.nextAttemptAt === null) continue;
      const { updatedAt, nextAttemptAt, version } = delivery;
      const older = { updatedAt: earlier(updatedAt), nextAttemptAt: earlier(nextAttemptAt), version: version + 1 };
      return write(String(item['conversationId']), { ...delivery, ...older });
    }
    return false;
  });
}

/** The note as a CRM shows it. */
async function noteOf(sample: string, file: string): Promise<string> {
  const args = ['local/launch.mjs', 'cli/main.ts', 'preview', '--sample', sample, '--html'];
  const env = { ...process.env, FORWARDER_CONFIG: 'test/fixtures/forwarder.demo.json' };
  const { stdout } = await promisify(execFile)(process.execPath, args, { env });
  await writeFile(file, stdout);
  return pathToFileURL(file).href;
}
