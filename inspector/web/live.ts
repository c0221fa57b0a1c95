import type { SSEStreamingApi } from 'hono/streaming';

export type Live = {
  /** Keeps a page's stream open until the page or the server closes it. */
  readonly hold: (stream: SSEStreamingApi) => Promise<void>;
  /** Tells pages to reload their data: the first call at once, calls in quick succession as one event. */
  readonly changed: () => void;
  /** Sends markup at once, if any page is open. */
  readonly send: (event: string, markup: () => Promise<string>) => void;
  /** Whether a page is open. */
  readonly isWatched: () => boolean;
  readonly close: () => void;
};

const reconnectMs = 1000;

export function createLive(coalesceMs = 100): Live {
  const streams = new Set<SSEStreamingApi>();
  let timer: NodeJS.Timeout | undefined;
  let changedAgain = false;

  function push(event: string, data: string): void {
    for (const stream of streams) {
      // A page that has just been closed removes itself.
      stream.writeSSE({ event, data }).catch(() => undefined);
    }
  }

  function pushChange(): void {
    changedAgain = false;
    push('changed', '');
    timer = setTimeout(() => {
      timer = undefined;
      if (changedAgain) pushChange();
    }, coalesceMs);
  }

  return {
    hold(stream) {
      streams.add(stream);
      stream.write(`retry: ${reconnectMs}\n\n`).catch(() => undefined);
      return new Promise((resolve) => {
        stream.onAbort(() => {
          streams.delete(stream);
          resolve();
        });
      });
    },
    changed() {
      if (timer) changedAgain = true;
      else pushChange();
    },
    send(event, markup) {
      if (streams.size > 0) void markup().then((data) => push(event, data));
    },
    isWatched: () => streams.size > 0,
    close() {
      clearTimeout(timer);
      timer = undefined;
      for (const stream of streams) stream.abort();
    },
  };
}
