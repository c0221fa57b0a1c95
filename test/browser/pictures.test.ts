import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { describeInBrowser } from '../support/browser.ts';
import { launchBrowser } from '../support/chromium.ts';
import pictured from './pictured.json' with { type: 'json' };
import { contentOf, digestOfStyles, openPictures, type Picture } from './pictures.ts';

const { styles, ...shown } = pictured;
const remedy = 'Take them again: node local/launch.mjs test/browser/screenshots.ts';

describeInBrowser(`the pictures in the documents are of what there is. ${remedy}`, () => {
  let browser: Browser;
  let pictures: readonly Picture[] = [];
  let close = async () => {};
  beforeAll(async () => {
    browser = await launchBrowser();
    ({ pictures, close } = await openPictures(browser, { passesDoubt: true }));
  }, 300_000);
  afterAll(async () => {
    await browser.close();
    await close();
  });

  test('it says the same', async () => {
    const contents = await Promise.all(
      pictures.map(async (picture) => [picture.name, (await contentOf(picture)).split('\n')] as const),
    );
    expect(Object.fromEntries(contents)).toEqual(shown);
  });

  test('it is drawn by the same rules', () => {
    expect(digestOfStyles()).toBe(styles);
  });
});
