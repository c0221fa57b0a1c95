import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { globSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import type { Browser, Page } from 'playwright-core';
import { startLocalStack } from '../integration/local/support/stack.ts';
import { visit } from '../support/chromium.ts';

/** Whole chats are waited for, on a machine that may be busy. */
const maxWaitMs = 30_000;
/** A note whose answer was lost is looked for after 90 seconds, by *Send again*, too. */
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

/** Sends the chats that are pictured through a stack of its own. */
export async function openPictures(browser: Browser) {
  const directory = await mkdtemp(join(tmpdir(), 'pictures-'));
  const stack = await startLocalStack(join(directory, 'data'));
  const { page } = await visit(browser, stack.pageUrl, { viewport });
  page.setDefaultTimeout(maxWaitMs);
  for (const sample of ['anonymous', 'offline', 'missed', 'answered']) {
    await send(page, sample);
    await page.locator('.messages').waitFor();
  }
  const chat = page.url();
  const hook = await goThroughTrouble(page);
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
async function goThroughTrouble(page: Page): Promise<string> {
  await page.getByRole('link', { name: 'Inspector' }).click();
  await page.getByText('Live', { exact: true }).waitFor();
  await page.getByRole('button', { name: 'Lose the answer' }).click();
  await page.getByRole('button', { name: 'Lose the answer', pressed: true }).waitFor();
  await send(page, 'prestashop');
  await page.getByText('and the answer was lost').waitFor();
  await page.getByRole('button', { name: 'times at once' }).click();
  await page.getByText('21 copies came').waitFor();
  await page.getByRole('button', { name: 'Send again' }).click();
  await page.getByText('it had this already').waitFor({ timeout: maxDoubtMs });
  return page.url();
}

/** The note as a CRM shows it. */
async function noteOf(sample: string, file: string): Promise<string> {
  const args = ['local/launch.mjs', 'cli/main.ts', 'preview', '--sample', sample, '--html'];
  const env = { ...process.env, FORWARDER_CONFIG: 'test/fixtures/forwarder.demo.json' };
  const { stdout } = await promisify(execFile)(process.execPath, args, { env });
  await writeFile(file, stdout);
  return pathToFileURL(file).href;
}
