#!/usr/bin/env node
// `npx forwarder`: the operator's commands, on the Node.js that the functions run on. What is missing is installed first.
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

// The cache must be on before the first .ts file loads: stripping its types is most of the start.
process.env.NODE_COMPILE_CACHE ??= join(tmpdir(), 'node-compile-cache');
process.argv.splice(2, 0, fileURLToPath(new URL('main.ts', import.meta.url)));
await import('../local/launch.mjs');
