import type { Config } from '../config/config.ts';
import { prepareTranscripts } from '../conversation/transcript/transcript.ts';
import type { Destination as DestinationSettings } from '../crm/catalogue.ts';
import type { AdapterDeps, SharedToken } from '../crm/http/adapter-deps.ts';
import type { CrmAdapter } from '../crm/port/adapter.ts';
import { CrmError } from '../crm/port/errors.ts';
import { createAdapter } from '../crm/registry.ts';
import type { Destination } from '../delivery/ports.ts';
import { createPlanner } from '../mapping/plan.ts';
import { EmptySecret, type ReadSecret } from '../platform/secrets.ts';

/**
 * Loads what all chats need now, because a function has a full core only while it starts.
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
      const secret = createSecretOf(name, async () => readSecret(secretIds[name] ?? missing(name)));
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

/** If it cannot be read, nothing was sent to the CRM: the delivery is tried again, and its reason says why. */
export const createSecretOf = (name: string, read: () => Promise<string>) => () =>
  read().catch((cause) => unreadable(name, cause));

function unreadable(name: string, cause: unknown): never {
  if (cause instanceof EmptySecret) {
    const remedy = `Store them: npx forwarder secret ${name}.`;
    throw new CrmError(`The secret of ${name} has no credentials in it. ${remedy}`, { kind: 'credentials' }, { cause });
  }
  const code = cause instanceof Error ? cause.name : typeof cause;
  throw new CrmError(
    `The credentials of ${name} cannot be read: AWS Secrets Manager did not return them (${code}). It will be tried again.`,
    { kind: 'retryable' },
    { cause },
  );
}

function missing(name: string): never {
  throw new Error(
    `There is no secret for the destination "${name}". Deploy the stack again: infra/ makes one for each.`,
  );
}
