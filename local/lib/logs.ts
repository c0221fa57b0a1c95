import { createWriteStream, renameSync, statSync, type WriteStream } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';

export type LogSink = (output: Readable | string) => void;

const maxLogBytes = 10 * 1024 * 1024;

/** Output is gathered for this long, in milliseconds, to be written at once. */
const flushDelayMs = 20;

/** A log that cannot be written is tried again after this long, in milliseconds. */
const retryAfterMs = 1000;

/** Appends output to `<name>.log`, and passes each line of a process to `onLine`. */
export function openLogs(directory: string, onLine: (line: string) => void): (name: string) => LogSink {
  return (name) => {
    const file = join(directory, `${name}.log`);
    if ((statSync(file, { throwIfNoEntry: false })?.size ?? 0) > maxLogBytes) renameSync(file, `${file}.old`);
    const open = opener(file);
    return (output) => {
      if (typeof output === 'string') {
        open()?.write(output);
        return;
      }
      output.on('data', (chunk: Buffer) => {
        const log = open();
        log?.write(chunk);
        if (!log || log.writableCorked > 0) return;
        log.cork();
        setTimeout(() => log.uncork(), flushDelayMs);
      });
      createInterface({ input: output }).on('line', onLine);
    };
  };
}

/** Opens the file again after an error. Output is lost in the meantime, since a full disk must not end the stack. */
function opener(file: string): () => WriteStream | undefined {
  let log: WriteStream | undefined;
  let retryAt = 0;
  return () => {
    if (log || Date.now() < retryAt) return log;
    log = createWriteStream(file, { flags: 'a', mode: 0o600 });
    log.on('error', () => {
      log = undefined;
      retryAt = Date.now() + retryAfterMs;
    });
    return log;
  };
}
