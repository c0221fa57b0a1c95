import type { Server } from 'node:http';
import { listenOnLoopback } from '../lib/listen.ts';
import { guard } from './guard.ts';

/**
 * Serves those who know the access key in the environment, on loopback, and tells the parent process the port.
 * @param notice a line for the user
 */
export async function serve(server: Server, port: number, notice?: string): Promise<void> {
  const { AWS_ACCESS_KEY_ID: accessKey = '' } = process.env;
  if (accessKey === '') throw new Error('AWS_ACCESS_KEY_ID is not set: the local stack starts this program.');
  guard(server, accessKey);
  process.send?.({ port: await listenOnLoopback(server, port), notice });
}
