import { join } from 'node:path';
import type { Plugin } from 'esbuild';

/** The bundle with `fetch` in place of Node's own client, for the CRMs' calls alone. */
export const fetchInsteadOfNodeHttp: Plugin = {
  name: 'fetch',
  setup: (build) => {
    build.onResolve({ filter: /\/transport\.ts$/ }, ({ importer }) =>
      importer.startsWith(join(process.cwd(), 'lambda'))
        ? { path: join(import.meta.dirname, 'fetch-transport.ts') }
        : null,
    );
  },
};
