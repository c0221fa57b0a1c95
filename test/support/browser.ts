import { existsSync } from 'node:fs';
import { describe, it, jest } from '@jest/globals';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';

const executablePath = '/usr/bin/chromium';

/**
 * A describe block that needs Debian's Chromium. Where there is none the tests are skipped and a line says so; in CI
 * they fail.
 */
export function describeInBrowser(name: string, tests: () => void): void {
  const reason = `there is no ${executablePath}; on Debian: apt-get install chromium`;
  // Browsers are slow to start where the cores are busy.
  jest.setTimeout(30_000);
  if (existsSync(executablePath)) {
    describe(name, tests);
  } else if (process.env['CI']) {
    it(`${name}: has a browser`, () => {
      throw new Error(`The browser tests cannot run: ${reason}.`);
    });
  } else {
    process.stderr.write(`Skipped "${name}": ${reason}.\n`);
    describe.skip(name, tests);
  }
}

/** The sandbox needs rights that containers and root do not have; the rest keeps the browser from calling home. */
export const launchBrowser = (): Promise<Browser> =>
  chromium.launch({
    executablePath,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });

export type Visit = {
  readonly page: Page;
  /** Whatever a clean page has none of: errors and warnings on the console, dialogs, failed and foreign requests. */
  readonly complaints: readonly string[];
};

/** Opens a page in a fresh profile and listens for everything that should not happen there. */
export async function visit(browser: Browser, url: string, options: BrowserContextOptions = {}): Promise<Visit> {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  page.setDefaultTimeout(10_000);
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (message.type() !== 'log') complaints.push(`console ${message.type()}: ${message.text()}`);
  });
  page.on('pageerror', (error) => complaints.push(`error: ${error.message}`));
  page.on('dialog', (dialog) => {
    complaints.push(`dialog: ${dialog.message()}`);
    dialog.dismiss().catch(() => undefined);
  });
  context.on('request', (request) => {
    if (new URL(request.url()).origin !== new URL(url).origin) complaints.push(`foreign request: ${request.url()}`);
  });
  await page.goto(url);
  return { page, complaints };
}
