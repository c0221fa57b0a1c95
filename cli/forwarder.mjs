#!/usr/bin/env node
// `npx forwarder`: the operator's commands, on the Node.js that the functions run on. What is missing is installed first.
import { fileURLToPath } from 'node:url';

process.argv.splice(2, 0, fileURLToPath(new URL('main.ts', import.meta.url)));
await import('../local/run.mjs');
