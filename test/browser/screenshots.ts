import { mkdir } from 'node:fs/promises';
import { conversation } from '../integration/demo/conversations.ts';
import { startForwarder } from '../integration/demo/forwarder.ts';
import { launchBrowser, visit } from '../support/chromium.ts';

/**
 * Takes the README's pictures of the demo CRM, in light and dark. It needs Debian's packages chromium and fonts-noto-color-emoji:
 *
 *     node local/launch.mjs test/browser/screenshots.ts
 */

const directory = 'docs/images';
const viewport = { width: 960, height: 640 };
const samples = ['anonymous', 'offline', 'missed', 'answered'];

await mkdir(directory, { recursive: true });
const forwarder = await startForwarder();
const browser = await launchBrowser();
try {
  for (const [index, sample] of samples.entries()) await forwarder.deliver(conversation(sample, index + 1));
  const chat = `${forwarder.url}/chats/${encodeURIComponent(`100200:${samples.length}`)}`;
  for (const colorScheme of ['light', 'dark'] as const) {
    const { page } = await visit(browser, chat, { viewport, colorScheme });
    await page.getByText('Live', { exact: true }).waitFor();
    await page.screenshot({ path: `${directory}/chat-${colorScheme}.png` });
  }
} finally {
  await browser.close();
  await forwarder.close();
}
