import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { spawn } from '@lydell/node-pty';
import xterm from '@xterm/headless';
import { listenOnLoopback } from '../../local/lib/loopback.ts';
import { eventually } from '../integration/local/support/eventually.ts';
import { animatedSvg, type Frame, linesOf } from '../support/animated-terminal.ts';

/**
 * Records the first minutes in a fresh clone of what is committed: `npm start`, a chat, `init`. It installs the packages,
 * so it needs the registry, and port 3000:
 *
 *     node local/launch.mjs test/browser/recording.ts
 */

const size = { cols: 92, rows: 22 };
/** Waiting is cut to this, and what only counts the seconds runs faster. */
const maxShownMs = 2500;
const lookEveryMs = 150;
const movingMs = 60;

const directory = mkdtempSync(join(tmpdir(), 'recording-'));
const clone = join(directory, 'smartsupp-crm-forwarder');
execFileSync('git', ['clone', '--quiet', process.cwd(), clone]);
/** A system of the shop's own, for `init` to try. */
const shop = createServer((request, response) => {
  request.resume().once('end', () => response.end());
});
await listenOnLoopback(shop, 4000);

const screen = new xterm.Terminal({ ...size, allowProposedApi: true });
const shell = spawn('bash', ['--norc', '--noprofile'], {
  ...size,
  cwd: clone,
  name: 'xterm-256color',
  env: { ...process.env, PS1: '$ ', TZ: 'Europe/Prague' },
});
shell.onData((data) => screen.write(data));

const frames: Frame[] = [];
let shownSince = performance.now();
let shown = linesOf(screen);
const look = () => {
  const lines = linesOf(screen);
  if (lines.join('\n') === shown.join('\n')) return;
  const isMoving = shown.some((line) => /[⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏]/.test(line));
  const shownMs = Math.min(performance.now() - shownSince, isMoving ? movingMs : maxShownMs);
  frames.push({ lines: shown, shownMs });
  [shown, shownSince] = [lines, performance.now()];
};
const looking = setInterval(look, lookEveryMs);

const shows = (text: RegExp, patience = 90_000) =>
  eventually(() => linesOf(screen).some((line) => text.test(line.replaceAll(/<[^>]*>/g, ''))), patience);
/** Types as a person does, and lets them read first. */
async function type(keys: string): Promise<void> {
  await sleep(1200);
  for (const key of keys) {
    shell.write(key);
    await sleep(key === '\r' ? 0 : 40);
  }
}

try {
  await shows(/^\$/);
  await type('npm start\r');
  await shows(/^Press o/);
  await type('s');
  await shows(/delivered to demo/);
  await type('q');
  await shows(/^Stopped\./);
  await type('clear\r');
  await type('npx forwarder init --local --crm webhook\r');
  await shows(/Your own name for it/);
  await type('shop\r');
  await shows(/url: *$/);
  await type('http://127.0.0.1:4000/chats\r');
  for (const question of [/Europe\/Prague/, /country/, /cs\)|\(en\)/, /For how many days/]) {
    await shows(question);
    await type('\r');
  }
  await shows(/doctor/);
  await shows(/^\$ ?$/);
  await sleep(2000);
  look();
  frames.push({ lines: shown, shownMs: 4000 });
  writeFileSync(
    'docs/images/first-minutes.svg',
    animatedSvg('npm start in a fresh clone, a sample chat, and npx forwarder init', frames, size),
  );
} catch (error) {
  process.stderr.write(`${linesOf(screen).join('\n')}\n`);
  throw error;
} finally {
  clearInterval(looking);
  shell.kill();
  shop.close();
  rmSync(directory, { recursive: true, force: true, maxRetries: 5 });
}
process.stdout.write(`docs/images/first-minutes.svg: ${frames.length} screens\n`);
process.exit();
