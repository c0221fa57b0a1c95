import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { conversation, hookBody } from '../integration/demo/conversations.ts';
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

  const chats = (page: Page) => page.locator('#list .rows a');
  const live = (page: Page) => page.getByText('Live', { exact: true }).waitFor();
  const sendSample = (page: Page) => page.getByRole('button', { name: 'Send a sample chat' }).click();

  it('starts empty and tells what to do first', async () => {
    const { page, complaints } = await visit(browser, forwarder.url);
    await page.getByText('No chats yet').waitFor();
    expect(complaints).toEqual([]);
  });

  it('opens a sample that was sent', async () => {
    const { page, complaints } = await visit(browser, forwarder.url);
    await live(page);
    await page.getByLabel('Sample').selectOption('missed');
    await sendSample(page);
    await page.getByRole('heading', { name: 'Missed chat with Jana Nováková' }).waitFor();
    await page.getByRole('status').getByText('Sent “Missed”.').waitFor();
    expect(complaints).toEqual([]);
  });

  it('shows a chat that comes without a reload, and says so', async () => {
    const { page } = await visit(browser, forwarder.url);
    await live(page);
    await page.evaluate('globalThis.sameDocument = true');
    await forwarder.deliver(conversation('missed', 1));
    await chats(page).first().waitFor();
    await page.getByRole('status').getByText('New chat, missed: Jana Nováková').waitFor();
    expect(await page.evaluate<boolean>('globalThis.sameDocument')).toBe(true);
  });

  it('works without JavaScript', async () => {
    const { page } = await visit(browser, forwarder.url, { javaScriptEnabled: false });
    await sendSample(page);
    await page.getByText('Perfect, ordering now.').waitFor();
    await page.getByRole('link', { name: 'How it came here' }).click();
    await page.getByRole('button', { name: 'Send it 20 times at once' }).click();
    await page.getByText(/21 copies came, \d+ calls went to the CRM, which has 1 note/).waitFor();
    await page.getByRole('button', { name: 'CRM away' }).click();
    await page.getByText('answers 503 until you bring it back').first().waitFor();
    expect(await page.getByRole('button', { name: 'Copy' }).count()).toBe(0);
    await page.getByRole('link', { name: 'Conversations' }).click();
    await page.getByLabel('Search').fill('nobody');
    await page.keyboard.press('Enter');
    await page.getByText('Nothing has all of “nobody”').waitFor();
  });

  it('needs nothing but a keyboard', async () => {
    await forwarder.deliver(conversation('answered', 1));
    const { page } = await visit(browser, forwarder.url);
    await live(page);
    const focused = page.locator(':focus');
    const seen: (string | undefined)[] = [];
    for (let presses = 0; presses < 9; presses += 1) {
      await page.keyboard.press('Tab');
      seen.push((await focused.getAttribute('placeholder')) ?? (await focused.textContent())?.trim());
      expect(await page.evaluate<string>('getComputedStyle(document.activeElement).outlineStyle')).toBe('solid');
    }
    expect(seen).toEqual([
      'Skip to the list',
      'Demo CRM',
      'Conversations',
      'Contacts',
      'Inspector',
      expect.stringContaining('Answered and rated'),
      'Send a sample chat',
      'Search names, addresses and words',
      expect.stringContaining('I wear 39 in normal shoes'),
    ]);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Chat with Jana Nováková' }).waitFor();
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    expect(new URL(page.url()).hash).toBe('#detail');
    expect(await focused.getAttribute('id')).toBe('detail');
  });

  it('lists sixty chats in rows, and scrolls to the one that a link opens', async () => {
    for (let channel = 1; channel <= 60; channel += 1) await forwarder.deliver(conversation('anonymous', channel));
    const narrow = await visit(browser, forwarder.url, { viewport: { width: 390, height: 844 } });
    expect(await narrow.page.evaluate<number>('document.documentElement.scrollHeight')).toBeLessThan(4000);
    const viewport = { width: 1280, height: 700 };
    const { page } = await visit(browser, `${forwarder.url}/chats/100200%3A2`, { viewport });
    const { y = 0, height = 0 } = (await page.locator('[aria-current="page"]').boundingBox()) ?? {};
    expect(y).toBeGreaterThan(0);
    expect(y + height).toBeLessThanOrEqual(viewport.height);
  });

  it('searches while one types, and keeps what was found', async () => {
    await forwarder.deliver(conversation('answered', 1));
    await forwarder.deliver(conversation('offline', 2));
    const { page } = await visit(browser, forwarder.url);
    await live(page);
    await page.getByLabel('Search').pressSequentially('novak');
    await page.getByText('Élise Fournier').waitFor({ state: 'hidden' });
    expect(await chats(page).count()).toBe(1);
    await chats(page).click();
    await page.getByRole('heading', { name: 'Chat with Jana Nováková' }).waitFor();
    expect(await chats(page).count()).toBe(1);
  });

  it('keeps focus, scrolling and a selection when something arrives', async () => {
    for (let channel = 1; channel <= 30; channel += 1) await forwarder.deliver(conversation('anonymous', channel));
    await forwarder.deliver(conversation('long', 99));
    const { page } = await visit(browser, `${forwarder.url}/chats/100200%3A3`, {
      viewport: { width: 1280, height: 700 },
    });
    await live(page);
    const link = page.locator('[id="chat-100200:3"] a');
    await link.focus();
    const before = await link.boundingBox();
    await page.locator('#conversation-heading').selectText();
    await forwarder.deliver(conversation('offline', 100));
    await page.getByText('Élise Fournier').first().waitFor({ state: 'attached' });
    expect(await page.locator(':focus').getAttribute('href')).toBe('/chats/100200%3A3');
    expect(await page.evaluate<string>('getSelection().toString()')).toBe('Chat with an anonymous visitor');
    expect(Math.abs(((await link.boundingBox())?.y ?? 0) - (before?.y ?? 0))).toBeLessThan(2);
  });

  it('keeps a body that somebody is editing when a hook arrives', async () => {
    const { page } = await visit(browser, `${forwarder.url}/inspector/new`);
    await live(page);
    await page.getByLabel('A body as Smartsupp posts it').fill('{"mine":1}');
    await fetch(forwarder.url + hookPath, { method: 'POST', body: hookBody('missed', 1) });
    await page.locator('[id="hook-100200:1"]').getByText('Delivered').waitFor();
    expect(await page.getByLabel('A body as Smartsupp posts it').inputValue()).toBe('{"mine":1}');
    await page.getByRole('button', { name: 'Send', exact: true }).click();
    await page.getByRole('heading', { name: 'Not a chat' }).waitFor();
  });

  it('shows a chat on its way, and then the chat', async () => {
    forwarder.faults.crmAway = true;
    const { page } = await visit(browser, forwarder.url);
    await live(page);
    await sendSample(page);
    await page.getByText('not in this CRM yet').waitFor();
    const [id = ''] = forwarder.statuses.keys();
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
    await sendSample(page);
    await page.getByRole('status').getByText('The hook answered 503').waitFor();
  });

  it('copies a command', async () => {
    const permissions = ['clipboard-read', 'clipboard-write'];
    const { page } = await visit(browser, `${forwarder.url}/inspector`, { permissions });
    await page.getByRole('button', { name: 'Copy' }).click();
    await page.getByRole('status').getByText('Copied').waitFor();
    expect(await page.evaluate<string>('navigator.clipboard.readText()')).toBe('npx forwarder send --local body.json');
  });
});
