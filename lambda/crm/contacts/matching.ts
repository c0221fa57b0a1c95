import { CrmError } from '../errors.ts';

/** What to do where several contacts match one person; by default the oldest, which has the history. */
export type SeveralMatches = 'oldest' | 'newest' | 'park';

/**
 * The one contact among those that match. One that is found in several ways is one.
 * @param createdAt as the vendor writes it, as long as later times sort after earlier ones
 * @throws CrmError, permanent, where the policy is to park
 */
export function chooseMatch<Match extends { readonly id: string; readonly createdAt: string }>(
  matches: readonly Match[],
  policy: SeveralMatches = 'oldest',
): Match | undefined {
  const each = [...new Map(matches.map((match) => [match.id, match])).values()];
  if (each.length > 1 && policy === 'park') {
    throw new CrmError(
      `${each.length} contacts match this visitor (${each.map(({ id }) => id).join(', ')}). Merge them in the CRM, ` +
        'then replay the chat.',
      { kind: 'permanent' },
    );
  }
  const oldestFirst = each.sort((a, b) => (a.createdAt < b.createdAt ? -1 : a.createdAt > b.createdAt ? 1 : 0));
  return policy === 'newest' ? oldestFirst.at(-1) : oldestFirst[0];
}
