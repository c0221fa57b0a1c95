import type { SSEStreamingApi } from 'hono/streaming';

export type Live = {
  /** Keeps a page's stream open until the page or the server closes it. */
  readonly hold: (stream: SSEStreamingApi) => Promise<void>;
  /** Calls in quick succession are sent as one event. */
  readonly changed: () => void;
  readonly close: () => void;
};

const reconnectMs = 1000;

export function createLive(coalesceMs = 100): Live {
  const streams = new Set<SSEStreamingApi>();
  let timer: NodeJS.Timeout | undefined;

  function push(): void {
    timer = undefined;
    for (const stream of streams) {
      // A page that has just been closed removes itself.
      stream.writeSSE({ event: 'changed', data: '' }).catch(() => undefined);
    }
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
      timer ??= setTimeout(push, coalesceMs);
    },
    close() {
      clearTimeout(timer);
      timer = undefined;
      for (const stream of streams) stream.abort();
    },
  };
}
