import type { Config } from '../config/config.ts';
import type { Target } from '../delivering/ports.ts';
import { readSecret } from '../platform/secrets.ts';
import type { AdapterDeps } from './adapter.ts';
import { createAdapter } from './registry.ts';

/**
 * Every configured destination with its adapter.
 * @param secretIds destination's name to the id of its secret
 */
export async function createTargets(
  { destinations, timezone }: Config,
  secretIds: Readonly<Record<string, string>>,
  deps: Pick<AdapterDeps, 'http' | 'now'>,
): Promise<readonly Target[]> {
  return Promise.all(
    destinations.map(async (settings) => {
      const { name } = settings;
      const secret = () => readSecret(secretIds[name] ?? missing(name));
      return { name, adapter: await createAdapter(settings, { ...deps, timezone, secret }) };
    }),
  );
}

function missing(name: string): never {
  throw new Error(
    `There is no secret for the destination "${name}". Deploy the stack again: infra/ makes one for each.`,
  );
}
