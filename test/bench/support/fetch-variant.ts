import { join } from 'node:path';
import type { Plugin } from 'esbuild';

/** The bundle with `fetch` in place of the request handler that the SDK brings along, in the CRMs' client alone. */
export const fetchInsteadOfNodeHttp: Plugin = {
  name: 'fetch',
  setup: (build) => {
    build.onResolve({ filter: /^@smithy\/node-http-handler$/ }, ({ importer }) =>
      importer.endsWith(join('lambda', 'crm', 'http.ts'))
        ? { path: join(import.meta.dirname, 'fetch-handler.ts') }
        : null,
    );
  },
};
