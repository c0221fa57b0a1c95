import type { ApiConfig } from '../../lambda/config/config.ts';
import { createHttpClient } from '../../lambda/crm/http/http.ts';
import { CrmError } from '../../lambda/crm/port/errors.ts';
import { createSmartsuppApi } from '../../lambda/smartsupp/api/client.ts';

const hourMs = 60 * 60_000;

/** Tries a token as fetch and reconcile would use it. Returns what Smartsupp says against it. */
export async function tryApi({ url }: ApiConfig, token: string): Promise<string | undefined> {
  const now = new Date();
  const http = createHttpClient({ now: () => now });
  try {
    const api = createSmartsuppApi({ http, url, token: async () => token });
    await api.agents();
    await api.search({ finishedFrom: new Date(now.getTime() - hourMs), finishedTo: now, size: 50 });
    return undefined;
  } catch (error) {
    if (error instanceof CrmError) return error.message;
    throw error;
  } finally {
    http.close();
  }
}
