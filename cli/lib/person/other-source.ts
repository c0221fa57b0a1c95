import { alike, type Beginning, beginningsIn } from '../../../lambda/deliver/find-chat.ts';
import { createIdentityOf } from '../../../lambda/mapping/identity.ts';
import { readSources } from '../../../lambda/smartsupp/body.ts';
import { createBeginnings } from '../../../lambda/store/beginnings.ts';
import { erasureDays } from '../../../lambda/store/erasure.ts';
import type { Deployment } from '../deployment/deployment.ts';

type StoredChat = { readonly conversationId: string; readonly body: string };

/** The items that the table has of a chat because two sources tell of chats. */
export type OtherSource = {
  /** Digests by which it is recognised if the other source tells of it. */
  readonly recognisedBy: readonly Beginning[];
  /** The other source's conversations that are the same chat. */
  readonly alsoAs: readonly string[];
  /** Those that may be, and are chats of their own. */
  readonly maybeAlsoAs: readonly string[];
};

const nothing: OtherSource = { recognisedBy: [], alsoAs: [], maybeAlsoAs: [] };

export function createReadOtherSource({ table, config }: Pick<Deployment, 'table' | 'config'>) {
  const { api, retentionDays, platform, ...settings } = config();
  const beginnings = createBeginnings(table, { retentionDays });
  const identityOf = createIdentityOf(settings);

  return async ({ conversationId, body }: StoredChat): Promise<OtherSource> => {
    const sources = readSources(body, platform) ?? {};
    const { hook, api: snapshot } = sources;
    const ids = [conversationId, hook?.id, snapshot?.id].filter((id) => id !== undefined);
    const alsoAs = [...new Set(ids)].filter((id) => id !== conversationId);
    if (api === undefined && alsoAs.length === 0) return nothing;
    const own = await beginningsIn(sources, identityOf);
    const near = await Promise.all(own.map(beginnings.near));
    const others = own.flatMap((beginning, at) => alike(beginning, near[at] ?? []));
    const maybe = others.flatMap(({ same, maybe }) => [...same, ...maybe]).filter((id) => !ids.includes(id));
    const remembered = near.flat().filter((beginning) => ids.includes(beginning.conversationId));
    return { recognisedBy: uniqueBy(remembered), alsoAs, maybeAlsoAs: [...new Set(maybe)] };
  };
}

/** Two conversations that are one chat are near each other. */
const uniqueBy = (beginnings: readonly Beginning[]) => [
  ...new Map(beginnings.map((each) => [JSON.stringify(each), each])).values(),
];

/**
 * Forgets by what a chat is recognised. The place of the other source's copies is kept for as long as the trace of the erasure,
 * so that these are discarded too.
 */
export async function forgetOtherSource(
  { table }: Pick<Deployment, 'table'>,
  { conversationId, recognisedBy, alsoAs }: OtherSource & { readonly conversationId: string },
  now: Date,
): Promise<void> {
  const { forget, join } = createBeginnings(table, { retentionDays: erasureDays });
  for (const beginning of recognisedBy) await forget(beginning);
  for (const id of alsoAs) await join(id, conversationId, now);
}
