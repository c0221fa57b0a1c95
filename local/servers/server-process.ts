import type { Server } from 'node:http';
import { listenOnLoopback } from '../lib/listen.ts';

/** Listens, and tells the stack where. */
export async function serve(server: Server, port: number): Promise<void> {
  process.send?.({ port: await listenOnLoopback(server, port) });
}
