import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { conversation, hookBody } from '../integration/demo/conversations.ts';
import { type Forwarder, hookPath, startForwarder } from '../integration/demo/forwarder.ts';
import { describeInBrowser } from '../support/browser.ts';
import { launchBrowser, type Visit, visit } from '../support/chromium.ts';

const paths = [
  ...['/', '/contacts', '/contacts/1', '/contacts/3', '/chats/100200%3A1', '/chats/100200%3A2', '/chats/100200%3A3'],
  ...['/inspector', '/inspector/100200%3A4', '/inspector/r0', '/inspector/new?edit=100200%3A4'],
];

describeInBrowser('the demo page with hostile chats', () => {
  let browser: Browser;
  let forwarder: Forwarder;

  beforeAll(async () => {
    browser = await launchBrowser();
    forwarder = await startForwarder();
    await forwarder.deliver(conversation('hostile', 1));
    await forwarder.deliver(conversation('long', 2));
    for (const body of [hookBody('hostile', 4), '{"<img src=x onerror=alert(1)>": 1}']) {
      await fetch(forwarder.url + hookPath, { method: 'POST', body });
    }
    const { visitor } = conversation('answered', 3);
    const name = 'W'.repeat(5000);
    const variables = [{ key: 'k', label: 'L'.repeat(5000), value: 'V'.repeat(5000) }];
    await forwarder.deliver(conversation('answered', 3, { visitor: { ...visitor, name, variables } }));
  });
  afterAll(async () => {
    await browser.close();
    await forwarder.close();
  });

  describe('runs nothing, calls nobody and fits the screen', () => {
    let visited: Visit;
    beforeAll(async () => {
      visited = await visit(browser, forwarder.url);
    });

    it.each(paths)('on %s', async (path) => {
      const { page, complaints } = visited;
      await page.setViewportSize({ width: 1280, height: 800 });
      await page.goto(forwarder.url + path);
      await page.getByText('Live', { exact: true }).waitFor();
      expect(await page.evaluate<string[]>(linkProtocols)).toEqual(['http:', 'https:', 'mailto:', 'tel:']);
      expect(await page.evaluate<number>(overflow)).toBe(0);
      await page.setViewportSize({ width: 360, height: 740 });
      expect(await page.evaluate<number>(overflow)).toBe(0);
      expect(complaints).toEqual([]);
    });
  });

  it('shows a hostile hook that arrives while the page is open as words', async () => {
    const { page, complaints } = await visit(browser, `${forwarder.url}/inspector`);
    await page.getByText('Live', { exact: true }).waitFor();
    await fetch(forwarder.url + hookPath, { method: 'POST', body: hookBody('hostile', 6) });
    await page.locator('[id="hook-100200:6"]').waitFor();
    await fetch(forwarder.url + hookPath, { method: 'POST', body: '<script>alert(1)</script>' });
    await page.locator('[id="hook-r1"]').click();
    await page.getByText('<script>alert(1)</script>').waitFor();
    expect(complaints).toEqual([]);
  });

  it('shows hostile words as words', async () => {
    const { page } = await visit(browser, `${forwarder.url}/chats/100200%3A1`);
    await page.getByText('<script>document.body.textContent = "pwned"</script>').first().waitFor();
    await page.getByText('Invoice \ufffdfdp.exe\ufffd').waitFor();
  });
});

const linkProtocols = `[...new Set(['http:', 'https:', 'mailto:', 'tel:', ...Array.from(document.links, ({ protocol }) => protocol)])]`;

/** By how many pixels anything that scrolls is wider than its place. */
const overflow = `Math.max(...Array.from(
  document.querySelectorAll('html, #list, #detail'),
  ({ scrollWidth, clientWidth }) => scrollWidth - clientWidth,
))`;
