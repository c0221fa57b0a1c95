#!/usr/bin/env node
// `npx forwarder`: runs the operator's commands on the functions' version of Node.js.
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

// Enabled before the first .ts file loads, since stripping types takes most of the start.
process.env.NODE_COMPILE_CACHE ??= join(tmpdir(), 'node-compile-cache');
process.argv.splice(2, 0, fileURLToPath(new URL('main.ts', import.meta.url)));
await import('../local/launch.mjs');
