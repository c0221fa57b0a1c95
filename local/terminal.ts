import { spawn, spawnSync } from 'node:child_process';

const ctrlC = '\u0003';
const ctrlZ = '\u001a';

/**
 * Calls what a key stands for, in a terminal's foreground only. Returns whether it listens. A terminal then sends no
 * signals for keys, so Ctrl-C and Ctrl-Z are sent here.
 */
export function listenToKeys(terminal: NodeJS.ReadStream, actions: Readonly<Record<string, () => unknown>>): boolean {
  if (!terminal.isTTY || !process.stdout.isTTY) return false;
  // A process in the background would be halted for it.
  const listen = () => isInForeground() && Boolean(terminal.setRawMode(true).resume());
  terminal.setEncoding('utf8');
  terminal.on('data', (keys: string) => {
    for (const key of keys) {
      if (key === ctrlC) process.kill(process.pid, 'SIGINT');
      else if (key === ctrlZ) suspend(terminal);
      else if (Object.hasOwn(actions, key)) actions[key]?.();
    }
  });
  // The terminal is gone: SIGHUP says so.
  terminal.on('error', () => {});
  process.on('SIGCONT', listen);
  return listen();
}

function suspend(terminal: NodeJS.ReadStream): void {
  terminal.setRawMode(false);
  terminal.pause();
  // The whole group, as the terminal would.
  process.kill(0, 'SIGTSTP');
}

/** `ps` marks the terminal's foreground group with a plus. Windows has no groups. */
function isInForeground(): boolean {
  if (process.platform === 'win32') return true;
  const { stdout, status } = spawnSync('ps', ['-o', 'stat=', '-p', String(process.pid)], { encoding: 'utf8' });
  return status !== 0 || stdout.includes('+');
}

const openers: Partial<Record<NodeJS.Platform, readonly [command: string, ...args: readonly string[]]>> = {
  darwin: ['open'],
  win32: ['rundll32', 'url.dll,FileProtocolHandler'],
};

/** Opens an address in the user's browser. */
export function openInBrowser(url: string, onFailure: () => void): void {
  const [command, ...args] = openers[process.platform] ?? ['xdg-open'];
  const child = spawn(command, [...args, url], { stdio: 'ignore', detached: true });
  child.once('error', onFailure);
  child.once('exit', (code) => code === 0 || onFailure());
  child.unref();
}
