import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { launchBrowser } from '../support/chromium.ts';
import { contentOf, digestOfStyles, openPictures } from './pictures.ts';

/**
 * Takes the pictures for the documents, in light and dark, and notes what they show, which `pictures.test.ts` compares
 * with what there is. It needs Debian's packages chromium and fonts-noto-color-emoji:
 *
 *     node local/launch.mjs test/browser/screenshots.ts
 */

const images = 'docs/images';

await mkdir(images, { recursive: true });
const browser = await launchBrowser();
const { pictures, close } = await openPictures(browser, { passesDoubt: false });
try {
  const shown: Record<string, readonly string[]> = {};
  for (const picture of pictures) {
    for (const colorScheme of ['light', 'dark'] as const) {
      const page = await picture.open(colorScheme);
      await page.screenshot({ path: join(images, `${picture.name}-${colorScheme}.png`) });
    }
    shown[picture.name] = (await contentOf(picture)).split('\n');
  }
  const pictured = { styles: digestOfStyles(), ...shown };
  await writeFile(join(import.meta.dirname, 'pictured.json'), `${JSON.stringify(pictured, null, 2)}\n`);
} finally {
  await browser.close();
  await close();
}
