import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { startLocalStack } from '../integration/local/support/stack.ts';
import { launchBrowser, visit } from '../support/chromium.ts';

/**
 * Takes the pictures of the page for the documents, in light and dark, from the running stack. It needs Debian's
 * packages chromium and fonts-noto-color-emoji:
 *
 *     node local/launch.mjs test/browser/screenshots.ts
 */

const images = 'docs/images';
const viewport = { width: 1200, height: 720 };

async function send(page: Page, sample: string): Promise<void> {
  const before = page.url();
  await page.getByLabel('Sample').selectOption(sample);
  await page.getByRole('button', { name: 'Send a sample chat' }).click();
  await page.waitForURL((url) => url.href !== before);
}

/** Opens a path that waits for this text, and takes its picture. */
async function picture(name: string, url: string, text: string): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    const { page } = await visit(browser, url, { viewport, colorScheme });
    await page.getByText('Live', { exact: true }).waitFor();
    await page.getByText(text).first().waitFor();
    await page.screenshot({ path: join(images, `${name}-${colorScheme}.png`) });
  }
}

await mkdir(images, { recursive: true });
const directory = await mkdtemp(join(tmpdir(), 'screenshots-'));
const stack = await startLocalStack(directory);
const browser = await launchBrowser();
try {
  const { page } = await visit(browser, stack.pageUrl, { viewport });
  for (const sample of ['anonymous', 'offline', 'missed', 'answered']) {
    await send(page, sample);
    await page.locator('.messages').waitFor();
  }
  const chat = new URL(page.url()).pathname;

  await page.getByRole('link', { name: 'Inspector' }).click();
  await page.getByText('Live', { exact: true }).waitFor();
  await page.getByRole('button', { name: 'Lose the answer' }).click();
  await page.getByRole('button', { name: 'Lose the answer', pressed: true }).waitFor();
  await send(page, 'prestashop');
  await page.getByText('and the answer was lost').waitFor();
  await page.getByRole('button', { name: 'times at once' }).click();
  await page.getByText('21 copies came').waitFor();
  await page.getByRole('button', { name: 'Send again' }).click();
  await page.getByText('it had this already').waitFor();
  const hook = new URL(page.url()).pathname;

  await picture('chat', new URL(chat, stack.pageUrl).href, 'Perfect, ordering now.');
  await picture('inspector', new URL(hook, stack.pageUrl).href, '21 copies came, 2 calls went to the CRM');
} finally {
  await browser.close();
  stack.child.kill('SIGTERM');
  await stack.exit;
  await rm(directory, { recursive: true });
}
