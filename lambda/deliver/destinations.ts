import type { Config } from '../config/config.ts';
import { prepareTranscripts } from '../conversation/transcript/transcript.ts';
import type { Destination as DestinationSettings } from '../crm/catalogue.ts';
import type { AdapterDeps, SharedToken } from '../crm/http/adapter-deps.ts';
import type { CrmAdapter } from '../crm/port/adapter.ts';
import { createAdapter } from '../crm/registry.ts';
import type { Destination } from '../delivery/ports.ts';
import { createPlanner } from '../mapping/plan.ts';
import type { ReadSecret } from '../platform/secrets.ts';

/**
 * Loads now what all chats need: a function has a full core while it starts, and only a share of one afterwards.
 * @param secretIds maps a destination's name to the id of its secret
 */
export async function createDestinations(
  config: Config,
  secretIds: Readonly<Record<string, string>>,
  deps: Pick<AdapterDeps, 'http' | 'now'> & {
    readonly readSecret: ReadSecret;
    readonly tokenOf: (destination: string) => SharedToken;
  },
): Promise<readonly Destination[]> {
  const { timezone, language } = config;
  const { http, now, readSecret, tokenOf } = deps;
  return Promise.all(
    config.destinations.map(async (settings) => {
      const { name } = settings;
      const secret = async () => readSecret(secretIds[name] ?? missing(name));
      // If this fails, so does the call that needs the secret.
      secret().catch(() => {});
      const adapter = await createAdapter(settings, { http, now, timezone, language, secret, token: tokenOf(name) });
      if (settings.adapter !== 'webhook') prepareTranscripts({ timezone, language });
      return createDestination(settings, adapter, { config, now });
    }),
  );
}

export async function createDestination(
  settings: DestinationSettings,
  adapter: CrmAdapter,
  { config, now }: { readonly config: Pick<Config, 'language' | 'variables'>; readonly now: () => Date },
): Promise<Destination> {
  const { language, variables } = config;
  const plan = await createPlanner(settings, {
    language,
    variables,
    keepsContacts: adapter.upsertContacts !== undefined,
    makesFollowUps: adapter.followUps !== undefined,
    now,
  });
  return { name: settings.name, adapter, plan };
}

function missing(name: string): never {
  throw new Error(
    `There is no secret for the destination "${name}". Deploy the stack again: infra/ makes one for each.`,
  );
}
