import type { Config, Destination } from '../../../lambda/config/config.ts';
import type { Problem } from '../../../lambda/crm/adapter.ts';
import { createHttpClient } from '../../../lambda/crm/http/http.ts';
import { createAdapter } from '../../../lambda/crm/registry.ts';
import { createOwnToken } from './own-token.ts';

/** Tries a secret against its CRM, as deliver would use it; changes nothing there. Empty when all is well. */
export async function tryCrm(
  settings: Destination,
  secret: string,
  { timezone, language }: Pick<Config, 'timezone' | 'language'>,
): Promise<readonly Problem[]> {
  const now = () => new Date();
  const http = createHttpClient({ now });
  try {
    const adapter = await createAdapter(settings, {
      http,
      secret: async () => secret,
      token: createOwnToken(),
      timezone,
      language,
      now,
    });
    return await adapter.check();
  } finally {
    http.close();
  }
}
