import { createWriteStream, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';

export type LogSink = (output: Readable | string) => void;

const maxLogBytes = 10 * 1024 * 1024;

/** Output is gathered for this long, in milliseconds, to be written at once. */
const flushDelayMs = 20;

/** Appends output to `<name>.log`, and passes each line of a process to `onLine`. */
export function openLogs(directory: string, onLine: (line: string) => void): (name: string) => LogSink {
  return (name) => {
    const file = join(directory, `${name}.log`);
    if ((statSync(file, { throwIfNoEntry: false })?.size ?? 0) > maxLogBytes) renameSync(file, `${file}.old`);
    const log = createWriteStream(file, { flags: 'a', mode: 0o600 });
    return (output) => {
      if (typeof output === 'string') {
        log.write(output);
        return;
      }
      output.on('data', (chunk: Buffer) => {
        log.write(chunk);
        if (log.writableCorked > 0) return;
        log.cork();
        setTimeout(() => log.uncork(), flushDelayMs);
      });
      createInterface({ input: output }).on('line', onLine);
    };
  };
}
