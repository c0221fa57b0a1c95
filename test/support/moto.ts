import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { eventually } from '../integration/local/support/eventually.ts';
import { freePort } from './dynamodb-local.ts';

/** An emulator of AWS that nobody here wrote (https://docs.getmoto.org), where it is installed. */
export const hasMoto = () => {
  const path = process.env['PATH'] ?? '';
  return path.split(delimiter).some((directory) => existsSync(join(directory, 'moto_server')));
};

export async function startMoto() {
  const port = await freePort();
  const child = spawn('moto_server', ['-H', '127.0.0.1', '-p', String(port)], { stdio: 'ignore' });
  const url = `http://127.0.0.1:${port}`;
  const isUp = () =>
    fetch(url).then(
      ({ ok }) => ok,
      () => false,
    );
  await eventually(isUp, 30_000);
  return {
    url,
    stop: async () => {
      child.kill('SIGKILL');
      await once(child, 'exit');
    },
  };
}
