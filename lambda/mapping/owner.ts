import type { Conversation } from '../conversation/model.ts';
import type { MappingSettings } from './settings.ts';

/** The CRM's user whose chat it was: by the agent who wrote most of those that are on the map. */
export function ownerOf({ messages }: Conversation, owners: MappingSettings['owners']): string | null {
  const users = new Map(Object.entries(owners?.agents ?? {}));
  const counts = new Map<string, number>();
  for (const { speaker, agentId, name } of messages) {
    const user = speaker === 'agent' ? (users.get(agentId ?? '') ?? users.get(name ?? '')) : undefined;
    if (user !== undefined) counts.set(user, (counts.get(user) ?? 0) + 1);
  }
  const [maxSize] = [...counts].sort(([, a], [, b]) => b - a);
  return maxSize?.[0] ?? owners?.fallback ?? null;
}
