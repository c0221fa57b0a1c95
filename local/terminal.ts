import { spawn, spawnSync } from 'node:child_process';

const ctrlC = '\u0003';
const ctrlZ = '\u001a';

/**
 * Runs a key's action, in a terminal's foreground only. Returns whether it listens. The terminal then sends no
 * signals for keys, so Ctrl-C and Ctrl-Z are sent here.
 */
export function listenToKeys(terminal: NodeJS.ReadStream, actions: Readonly<Record<string, () => unknown>>): boolean {
  if (!terminal.isTTY || !process.stdout.isTTY) return false;
  // In the background, setting raw mode would halt the process.
  const listen = () => isInForeground() && Boolean(terminal.setRawMode(true).resume());
  terminal.setEncoding('utf8');
  terminal.on('data', (keys: string) => {
    for (const key of keys) {
      if (key === ctrlC) process.kill(process.pid, 'SIGINT');
      else if (key === ctrlZ) suspend(terminal);
      else if (Object.hasOwn(actions, key)) actions[key]?.();
    }
  });
  // If the terminal is gone, SIGHUP comes as well.
  terminal.on('error', () => {});
  process.on('SIGCONT', listen);
  return listen();
}

function suspend(terminal: NodeJS.ReadStream): void {
  terminal.setRawMode(false);
  terminal.pause();
  // The terminal, too, would stop the whole group.
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
