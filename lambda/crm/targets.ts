import type { Config, Destination } from '../config/config.ts';
import type { Target } from '../delivering/ports.ts';
import { createPlanner } from '../mapping/plan.ts';
import { readSecret } from '../platform/secrets.ts';
import type { AdapterDeps, CrmAdapter } from './adapter.ts';
import type { SharedToken } from './http/oauth.ts';
import { createAdapter } from './registry.ts';

/**
 * Every configured destination with its adapter and its mapping.
 * @param secretIds destination's name to the id of its secret
 */
export async function createTargets(
  config: Config,
  secretIds: Readonly<Record<string, string>>,
  deps: Pick<AdapterDeps, 'http' | 'now'> & { readonly tokenOf: (destination: string) => SharedToken },
): Promise<readonly Target[]> {
  const { timezone, language } = config;
  const { http, now, tokenOf } = deps;
  return Promise.all(
    config.destinations.map(async (settings) => {
      const { name } = settings;
      const secret = () => readSecret(secretIds[name] ?? missing(name));
      const adapter = await createAdapter(settings, { http, now, timezone, language, secret, token: tokenOf(name) });
      return createTarget(settings, adapter, { config, now });
    }),
  );
}

/** A destination with the adapter that speaks to it. */
export async function createTarget(
  settings: Destination,
  adapter: CrmAdapter,
  { config, now }: { readonly config: Pick<Config, 'language' | 'variables'>; readonly now: () => Date },
): Promise<Target> {
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
