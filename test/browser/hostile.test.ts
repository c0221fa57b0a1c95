import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { conversation } from '../integration/demo/conversations.ts';
import { type Forwarder, startForwarder } from '../integration/demo/forwarder.ts';
import { describeInBrowser } from '../support/browser.ts';
import { launchBrowser, visit } from '../support/chromium.ts';

const paths = ['/', '/deliveries', '/chats/100200%3A1', '/chats/100200%3A2', '/chats/100200%3A3'];

describeInBrowser('the demo page with hostile chats', () => {
  let browser: Browser;
  let forwarder: Forwarder;

  beforeAll(async () => {
    browser = await launchBrowser();
    forwarder = await startForwarder();
    await forwarder.deliver(conversation('hostile', 1));
    await forwarder.deliver(conversation('long', 2));
    const { visitor } = conversation('answered', 3);
    const name = 'W'.repeat(5000);
    const variables = [{ key: 'k', label: 'L'.repeat(5000), value: 'V'.repeat(5000) }];
    await forwarder.deliver(conversation('answered', 3, { visitor: { ...visitor, name, variables } }));
  });
  afterAll(async () => {
    await browser.close();
    await forwarder.close();
  });
  afterEach(() => Promise.all(browser.contexts().map((context) => context.close())));

  it.each(paths)('runs nothing, calls nobody and fits the screen on %s', async (path) => {
    const { page, complaints } = await visit(browser, forwarder.url + path, { viewport: { width: 1280, height: 800 } });
    await page.getByText('Live', { exact: true }).waitFor();
    expect(await page.evaluate<string[]>(linkProtocols)).toEqual(['http:', 'https:']);
    expect(await page.evaluate<number>(overflow)).toBe(0);
    await page.setViewportSize({ width: 360, height: 740 });
    expect(await page.evaluate<number>(overflow)).toBe(0);
    expect(complaints).toEqual([]);
  });

  it('shows hostile words as words', async () => {
    const { page } = await visit(browser, `${forwarder.url}/chats/100200%3A1`);
    await page.getByText('<script>document.body.textContent = "pwned"</script>').first().waitFor();
    await page.getByText('Invoice \ufffdfdp.exe\ufffd').waitFor();
  });
});

const linkProtocols = `[...new Set(['http:', 'https:', ...Array.from(document.links, ({ protocol }) => protocol)])]`;

/** By how many pixels anything that scrolls is wider than its place. */
const overflow = `Math.max(...Array.from(
  document.querySelectorAll('html, #list, #detail'),
  ({ scrollWidth, clientWidth }) => scrollWidth - clientWidth,
))`;
