import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';
import { expect, test } from '@jest/globals';
import { ctrlC, openTerminal } from '../cli/support/terminal.ts';
import { newDirectory } from './support/directory.ts';
import { eventually } from './support/eventually.ts';
import { processesOf } from './support/stack.ts';

const patience = 200_000;

/** `npm start` in a terminal, with a browser that writes down what it opens. */
async function start() {
  const directory = newDirectory();
  const opened = join(directory, 'opened');
  mkdirSync(join(directory, 'bin'));
  for (const name of ['xdg-open', 'open']) {
    const file = join(directory, 'bin', name);
    writeFileSync(file, `#!/bin/sh\necho "$1" > "${opened}"\n`);
    chmodSync(file, 0o755);
  }
  const env = {
    PORT: '0',
    FORWARDER_DATA: join(directory, 'data'),
    FORWARDER_CONFIG: resolve('test/fixtures/forwarder.demo.json'),
    PATH: `${join(directory, 'bin')}${delimiter}${process.env['PATH'] ?? ''}`,
  };
  const terminal = openTerminal([resolve('local/start.ts')], env, directory, resolve('local/launch.mjs'));
  await terminal.shows(/^Press o to open the page, s to send a sample chat, q to stop\.$/, patience);
  return { ...terminal, directory, opened: () => existsSync(opened) && readFileSync(opened, 'utf8').trim() };
}

test(
  'in a terminal, o opens the page, s sends a sample chat, and q stops',
  async () => {
    const { directory, lines, shows, type, exit, opened } = await start();
    const [, page] = /^Page: (\S+)$/m.exec(lines().join('\n')) ?? [];
    type('o');
    await eventually(() => opened() === page);
    type('s');
    await shows(/^Sent “.+”\.$/);
    await shows(/delivered to demo/);
    type('q');
    expect(await exit).toBe(0);
    expect(lines()).toContain('Stopped. Your chats are kept in data.');
    // Nothing of a step's moving line is left.
    expect(lines().filter((line) => /[⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏]/.test(line))).toEqual([]);
    expect(processesOf(directory)).toEqual([]);
  },
  2 * patience,
);

test(
  'in a terminal, Ctrl-C stops as everywhere',
  async () => {
    const { type, exit, directory } = await start();
    type(ctrlC);
    expect(await exit).toBe(0);
    expect(processesOf(directory)).toEqual([]);
  },
  2 * patience,
);
