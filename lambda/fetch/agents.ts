import type { SmartsuppApi } from '../smartsupp/api/client.ts';

/** A new agent's name is missing for no longer than this. */
const maxAgeMs = 10 * 60_000;

/** The list of agents hardly changes, so it is read once for many conversations. A failure is not kept. */
export function cacheAgents(read: SmartsuppApi['agents'], now: () => Date): SmartsuppApi['agents'] {
  let cached: { readonly agents: ReturnType<SmartsuppApi['agents']>; readonly until: number } | undefined;
  return () => {
    if (cached !== undefined && now().getTime() < cached.until) return cached.agents;
    const agents = read();
    const mine = { agents, until: now().getTime() + maxAgeMs };
    cached = mine;
    agents.catch(() => {
      if (cached === mine) cached = undefined;
    });
    return agents;
  };
}
