import type { AdapterDeps } from '../../lambda/crm/http/adapter-deps.ts';
import { createHttpClient, type HttpClient } from '../../lambda/crm/http/http.ts';
import { createMemoryToken } from './memory-token.ts';

/** What an adapter is made of, for a server on this machine. Close `http` at the end. */
export function adapterDeps(
  secret: string,
  parts: Partial<AdapterDeps> = {},
): AdapterDeps & { readonly http: HttpClient } {
  const now = () => new Date();
  return {
    http: createHttpClient({ now }),
    secret: async () => secret,
    token: createMemoryToken(),
    timezone: 'Europe/Prague',
    language: 'en',
    now,
    ...parts,
  };
}
