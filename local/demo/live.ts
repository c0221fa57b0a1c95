import type { SSEStreamingApi } from 'hono/streaming';

/** The open pages, and a way to tell them that there is something new to see. */
export type Live = {
  /** Keeps a page's stream open until the page goes away or everything closes. */
  readonly hold: (stream: SSEStreamingApi) => Promise<void>;
  /** Calls close together become one push. */
  readonly changed: () => void;
  readonly close: () => void;
};

/** After how long a browser tries again when the server was stopped and started. */
const reconnectMs = 1000;

/** @param coalesceMs how long a change waits for others to go with it */
export function createLive(coalesceMs = 100): Live {
  const streams = new Set<SSEStreamingApi>();
  let timer: NodeJS.Timeout | undefined;

  function push(): void {
    timer = undefined;
    for (const stream of streams) {
      // A page that is just going away is no fault, and is taken out of the set by its own end.
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
