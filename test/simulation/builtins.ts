import crypto from 'node:crypto';
import { syncBuiltinESMExports } from 'node:module';
import timers from 'node:timers/promises';
import zlib from 'node:zlib';
import type { Clock } from './clock.ts';

/**
 * What Node.js itself knows of time and chance, made virtual: imported before any code that is simulated. What a thread
 * pool does is done at once, so that one seed is one history.
 */
let clock: Clock | undefined;
let ids = 0;

export function useClock(next: Clock | undefined): void {
  clock = next;
  ids = 0;
}

const RealDate = Date;
const now = () => clock?.now() ?? RealDate.now();

globalThis.Date = new Proxy(RealDate, {
  construct: (target, given) => Reflect.construct(target, given.length === 0 ? [now()] : given),
  get: (target, name) => (name === 'now' ? now : Reflect.get(target, name)),
});

const sleep = async (ms?: number) => clock?.sleep(ms);
Object.assign(timers, { setTimeout: sleep, setImmediate: () => sleep(0) });

Object.assign(crypto, {
  randomUUID: () => {
    ids += 1;
    return `00000000-0000-4000-8000-${String(ids).padStart(12, '0')}`;
  },
});

const realTimeout = AbortSignal.timeout.bind(AbortSignal);
AbortSignal.timeout = (ms) => {
  if (clock === undefined) return realTimeout(ms);
  const controller = new AbortController();
  clock.at(clock.now() + ms, () => controller.abort(new DOMException('It took too long.', 'TimeoutError')));
  return controller.signal;
};

type Inflated = (error: Error | null, result?: Buffer) => void;

const atOnce =
  (work: (bytes: Uint8Array, options: object) => Buffer) =>
  (bytes: Uint8Array, options: object, done: Inflated): void => {
    try {
      done(null, work(bytes, options));
    } catch (error) {
      done(error instanceof Error ? error : new Error(String(error)));
    }
  };
Object.assign(zlib, { zstdCompress: atOnce(zlib.zstdCompressSync), zstdDecompress: atOnce(zlib.zstdDecompressSync) });

// Most of what is thrown is thrown on purpose.
Error.stackTraceLimit = Number(process.env['STACK'] ?? 0);

syncBuiltinESMExports();
