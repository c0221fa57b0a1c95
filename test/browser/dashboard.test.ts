import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { source as axe } from 'axe-core';
import type { Browser, Page } from 'playwright-core';
import { createRecords } from '../../lambda/store/records.ts';
import { type Dashboard, startDashboard } from '../integration/cli/support/dashboard.ts';
import { type CliStage, chatBody, setCliStage, startTestCrm, type TestCrm } from '../integration/cli/support/stage.ts';
import { eventually } from '../integration/local/support/eventually.ts';
import { describeInBrowser } from '../support/browser.ts';
import { launchBrowser, visit } from '../support/chromium.ts';

describeInBrowser('the dashboard of a deployment', () => {
  // The stack is synthesized and started.
  jest.setTimeout(120_000);

  let browser: Browser;
  let crm: TestCrm;
  let stage: CliStage;
  let dashboard: Dashboard;

  beforeAll(async () => {
    crm = await startTestCrm();
    stage = await setCliStage(crm, ['crm']);
    dashboard = await startDashboard(stage);
    browser = await launchBrowser();
  });
  afterAll(async () => {
    await browser.close();
    await dashboard.end();
    await crm.close();
    await stage.end();
  });

  const come = (channel: number) => fetch(stage.stack.hookUrl, { method: 'POST', body: chatBody(channel) });
  const stateOf = async (id: string) => (await createRecords(stage.table).deliveriesOf(id))[0]?.state;

  it('shows a chat that comes, and an operator dismisses, takes back, and sends it again', async () => {
    crm.refuse('no such property');
    const { page, complaints } = await visit(browser, dashboard.url);
    expect(page.url()).toBe(`${dashboard.origin}/inspector`);
    await page.getByText('Live', { exact: true }).waitFor();
    await come(1);
    await page.locator('#hook-208\\:1').getByText('Parked').waitFor({ timeout: 20_000 });
    await page.locator('#hook-208\\:1 a').click();
    await page.getByText('no such property').first().waitFor();

    await page.getByLabel('Nothing needs to be done, because').fill('a test of ours');
    await page.getByRole('button', { name: 'Dismiss' }).click();
    await page.getByRole('button', { name: 'Take the dismissal back' }).click();
    // Exactly, or "Take the dismissal back" would do, and what follows would come before it.
    await page.getByRole('button', { name: 'Dismiss', exact: true }).waitFor();
    crm.mend();
    await page.getByRole('button', { name: 'Send again' }).click();
    await eventually(async () => (await stateOf('208:1')) === 'delivered', 20_000);
    await page.locator('#delivery-crm').getByText('Delivered', { exact: true }).first().waitFor({ timeout: 20_000 });
    expect(complaints).toEqual([]);
  });

  it('erases a person after it has shown what there is', async () => {
    await come(2);
    await eventually(async () => (await stateOf('208:2')) === 'delivered', 20_000);
    const { page, complaints } = await visit(browser, dashboard.url);
    await page.locator('#hook-208\\:2 a').click();
    await page.getByRole('link', { name: 'Erase this person…' }).click();
    await page.getByText('Would be left in the CRMs, for you to remove').waitFor();
    await page.getByLabel('Erase all that').check();
    await page.getByRole('button', { name: 'Erase', exact: true }).click();
    await page.waitForURL(/inspector\?notice=/, { timeout: 30_000 });
    await page.getByText('Erased: ').waitFor();
    expect(await stateOf('208:2')).toBeUndefined();
    expect(complaints).toEqual([]);
  });

  describe('breaks no rule of axe and fits', () => {
    let page: Page;
    beforeAll(async () => {
      crm.refuse('no such property');
      await come(3);
      await eventually(async () => (await stateOf('208:3')) === 'parked', 20_000);
      ({ page } = await visit(browser, dashboard.url));
    });

    it.each([
      ['light', '/inspector', 1200],
      ['dark', '/inspector/208%3A3', 1200],
      ['light', '/inspector/208%3A3', 390],
      ['dark', '/inspector/208%3A3/erase', 390],
    ] as const)('%s, on %s, %d px wide', async (colorScheme, path, width) => {
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize({ width, height: 800 });
      await page.goto(dashboard.origin + path);
      await page.evaluate(axe);
      expect(await page.evaluate<readonly string[]>(brokenRules)).toEqual([]);
      expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
    });
  });
});

const brokenRules = `axe.run().then(({ violations }) => violations.map(({ id }) => id))`;
