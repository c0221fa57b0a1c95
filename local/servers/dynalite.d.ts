declare module 'dynalite' {
  import type { Server } from 'node:http';

  /** An in-process DynamoDB. `path` is a LevelDB directory; without it, everything is in memory. */
  export default function dynalite(options?: {
    readonly path?: string;
    readonly createTableMs?: number;
    readonly deleteTableMs?: number;
    readonly updateTableMs?: number;
  }): Server;
}
