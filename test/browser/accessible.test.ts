import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { source as axe } from 'axe-core';
import type { Browser, Page } from 'playwright-core';
import { conversation, hookBody } from '../integration/demo/conversations.ts';
import { type Forwarder, hookPath, startForwarder } from '../integration/demo/forwarder.ts';
import { describeInBrowser } from '../support/browser.ts';
import { launchBrowser } from '../support/chromium.ts';

describeInBrowser('the demo page for everybody', () => {
  let browser: Browser;
  let page: Page;
  let forwarder: Forwarder;

  beforeAll(async () => {
    browser = await launchBrowser();
    page = await browser.newPage();
    forwarder = await startForwarder();
    await forwarder.deliver(conversation('answered', 1));
    await forwarder.deliver(conversation('missed', 2));
    for (const body of [hookBody('hostile', 3), '{}']) {
      await fetch(forwarder.url + hookPath, { method: 'POST', body });
    }
  });
  afterAll(async () => {
    await browser.close();
    await forwarder.close();
  });

  it.each([
    ['light', '/'],
    ['dark', '/?q=nobody'],
    ['dark', '/chats/100200%3A1'],
    ['light', '/contacts/1'],
    ['light', '/inspector'],
    ['dark', '/inspector/100200%3A3'],
    ['dark', '/inspector/r0'],
  ] as const)('breaks no rule of axe, %s, on %s', async (colorScheme, path) => {
    await page.emulateMedia({ colorScheme });
    await page.goto(forwarder.url + path);
    await page.evaluate(axe);
    expect(await page.evaluate<readonly string[]>(brokenRules)).toEqual([]);
  });
});

const brokenRules = `axe.run().then(({ violations }) => violations.map(({ id }) => id))`;
