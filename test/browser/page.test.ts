import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { conversation } from '../integration/demo/conversations.ts';
import { type Forwarder, hookPath, startForwarder } from '../integration/demo/forwarder.ts';
import { describeInBrowser } from '../support/browser.ts';
import { launchBrowser, visit } from '../support/chromium.ts';

describeInBrowser('the demo page in a browser', () => {
  let browser: Browser;
  let forwarder: Forwarder;

  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(() => browser.close());
  beforeEach(async () => {
    forwarder = await startForwarder();
  });
  afterEach(async () => {
    await Promise.all(browser.contexts().map((context) => context.close()));
    await forwarder.close();
  });

  const chats = (page: Page) => page.locator('.contacts .chats a');
  const live = (page: Page) => page.getByText('Live', { exact: true }).waitFor();

  it('starts empty and tells what to do first', async () => {
    const { page, complaints } = await visit(browser, forwarder.url);
    await page.getByText('No chats yet').waitFor();
    await page.getByText(forwarder.url + hookPath, { exact: true }).waitFor();
    expect(complaints).toEqual([]);
  });

  it('shows a sample without a reload, and says so', async () => {
    const { page, complaints } = await visit(browser, forwarder.url);
    await live(page);
    await page.evaluate('globalThis.sameDocument = true');
    await page.getByLabel('Sample').selectOption('missed');
    await page.getByRole('button', { name: 'Send a sample chat' }).click();
    await chats(page).first().waitFor();
    await page.getByRole('status').getByText('New chat, missed: Jana Nováková').waitFor();
    expect(await page.evaluate<boolean>('globalThis.sameDocument')).toBe(true);
    await chats(page).first().click();
    await page.getByRole('heading', { name: 'Missed chat with Jana Nováková' }).waitFor();
    expect(complaints).toEqual([]);
  });

  it('works without JavaScript', async () => {
    const { page } = await visit(browser, forwarder.url, { javaScriptEnabled: false });
    await page.getByRole('button', { name: 'Send a sample chat' }).click();
    await page.getByText('The sample was sent').waitFor();
    await chats(page).first().click();
    await page.getByText('Perfect, ordering now.').waitFor();
    expect(await page.getByRole('button', { name: 'Copy the URL' }).count()).toBe(0);
  });

  it('needs nothing but a keyboard', async () => {
    await forwarder.deliver(conversation('answered', 1));
    const { page } = await visit(browser, forwarder.url);
    await live(page);
    const focused = page.locator(':focus');
    const seen: (string | undefined)[] = [];
    for (let presses = 0; presses < 6; presses += 1) {
      await page.keyboard.press('Tab');
      seen.push((await focused.textContent())?.trim());
      expect(await page.evaluate<string>('getComputedStyle(document.activeElement).outlineStyle')).toBe('solid');
    }
    expect(seen).toEqual([
      'Skip to the contacts',
      'Demo CRM',
      'Hook and deliveries',
      expect.stringContaining('Answered and rated'),
      'Send a sample chat',
      expect.stringContaining('I wear 39 in normal shoes'),
    ]);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Chat with Jana Nováková' }).waitFor();
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    expect(new URL(page.url()).hash).toBe('#detail');
    expect(await focused.getAttribute('id')).toBe('detail');
  });

  it('keeps focus, scrolling and a selection when something arrives', async () => {
    for (let channel = 1; channel <= 12; channel += 1) await forwarder.deliver(conversation('anonymous', channel));
    await forwarder.deliver(conversation('long', 99));
    const { page } = await visit(browser, `${forwarder.url}/chats/100200%3A3`, {
      viewport: { width: 1280, height: 700 },
    });
    await live(page);
    const link = page.locator('[id="chat-100200:3"] a');
    await link.focus();
    const before = await link.boundingBox();
    await page.locator('#detail-heading').selectText();
    await forwarder.deliver(conversation('offline', 100));
    await page.getByText('Élise Fournier').first().waitFor();
    expect(await page.locator(':focus').getAttribute('href')).toBe('/chats/100200%3A3');
    expect(await page.evaluate<string>('getSelection().toString()')).toBe('Chat with an anonymous visitor');
    expect(Math.abs(((await link.boundingBox())?.y ?? 0) - (before?.y ?? 0))).toBeLessThan(2);
  });

  it('shows a chat on its way, and then the chat', async () => {
    forwarder.faults.crmAway = true;
    const { page } = await visit(browser, forwarder.url);
    await live(page);
    await page.getByRole('button', { name: 'Send a sample chat' }).click();
    await page.getByRole('heading', { name: 'Not in this CRM' }).waitFor();
    const [id = ''] = forwarder.statuses.keys();
    await page.goto(`${forwarder.url}/chats/${encodeURIComponent(id)}`);
    await page.getByText('not in this CRM yet').waitFor();
    await forwarder.deliver(conversation('answered', 1, { id }));
    await page.getByRole('heading', { name: 'Chat with Jana Nováková' }).waitFor();
  });

  it('goes on by itself after the server was stopped and started', async () => {
    const { page } = await visit(browser, forwarder.url);
    await live(page);
    await forwarder.close();
    await page.getByText('Connecting again').waitFor();
    forwarder = await startForwarder({ port: Number(new URL(forwarder.url).port) });
    await live(page);
    await forwarder.deliver(conversation('answered', 1));
    await chats(page).first().waitFor();
  });

  it('says when the hook does not take a sample', async () => {
    forwarder.faults.hookAway = true;
    const { page } = await visit(browser, forwarder.url);
    await live(page);
    await page.getByRole('button', { name: 'Send a sample chat' }).click();
    await page.getByRole('status').getByText('The hook answered 503').waitFor();
  });

  it('copies the URL', async () => {
    const { page } = await visit(browser, forwarder.url, { permissions: ['clipboard-read', 'clipboard-write'] });
    await page.getByRole('button', { name: 'Copy the URL' }).click();
    await page.getByRole('status').getByText('Copied').waitFor();
    expect(await page.evaluate<string>('navigator.clipboard.readText()')).toBe(forwarder.url + hookPath);
  });
});
