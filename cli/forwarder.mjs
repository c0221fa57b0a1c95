#!/usr/bin/env node
// `npx forwarder`: runs the operator's commands in this process if its Node.js can, else on the functions' version.
import module from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const cache = process.env.NODE_COMPILE_CACHE ?? join(tmpdir(), 'node-compile-cache');

/** From 24.12 on, types are stripped without a flag and without a warning. */
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major > 24 || (major === 24 && minor >= 12)) {
  // Enabled before the first .ts file loads, since stripping types takes most of the start.
  module.enableCompileCache(cache);
  const { PackagesError, requirePackages } = await import('../local/packages.mjs');
  try {
    requirePackages();
    await import('./main.ts');
  } catch (error) {
    if (!(error instanceof PackagesError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  }
} else {
  process.env.NODE_COMPILE_CACHE = cache;
  process.argv.splice(2, 0, fileURLToPath(new URL('main.ts', import.meta.url)));
  await import('../local/launch.mjs');
}
