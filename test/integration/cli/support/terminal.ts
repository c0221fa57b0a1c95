import { tmpdir } from 'node:os';
import { afterAll } from '@jest/globals';
import { type IPty, spawn } from '@lydell/node-pty';
import { Terminal } from '@xterm/headless';
import { eventually } from '../../local/support/eventually.ts';
import { script } from './forwarder.ts';

export type TestTerminal = {
  /** What is on the screen and above it, line by line, as a person sees it. */
  readonly lines: () => readonly string[];
  /** Whether something was too long for a line. */
  readonly hasWrapped: () => boolean;
  readonly shows: (text: RegExp, patience?: number) => Promise<void>;
  readonly type: (keys: string) => void;
  readonly exit: Promise<number>;
};

export const ctrlC = '\u0003';
export const enter = '\r';
export const down = '\u001b[B';

const running = new Set<IPty>();

// One that still waits for a key, since its test has failed.
afterAll(() => {
  for (const each of running) each.kill();
});

/** Runs `npx forwarder`, or another program, in a real terminal of 80 columns. */
export function openTerminal(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  cwd = tmpdir(),
  program = script,
): TestTerminal {
  const size = { cols: 80, rows: 30 };
  const screen = new Terminal({ ...size, allowProposedApi: true, scrollback: 1000 });
  const { NO_COLOR: _, ...environment } = process.env;
  const process_ = spawn(process.execPath, [program, ...args], {
    cwd,
    ...size,
    name: 'xterm-256color',
    env: { ...environment, ...env },
  });
  running.add(process_);
  let written = Promise.resolve();
  process_.onData((data) => {
    written = new Promise((resolve) => screen.write(data, resolve));
  });
  // What it printed last has to get to the screen.
  const exit = new Promise<number>((resolve) => {
    process_.onExit(({ exitCode }) => {
      running.delete(process_);
      void written.then(() => resolve(exitCode));
    });
  });

  const bufferLines = () => {
    const { active } = screen.buffer;
    return Array.from({ length: active.length }, (_, index) => active.getLine(index)).filter(
      (line) => line !== undefined,
    );
  };
  const lines = () => bufferLines().map((line) => line.translateToString(true));
  return {
    lines,
    hasWrapped: () => bufferLines().some(({ isWrapped }) => isWrapped),
    shows: (text, patience) => eventually(() => lines().some((line) => text.test(line)), patience),
    type: (keys) => process_.write(keys),
    exit,
  };
}
