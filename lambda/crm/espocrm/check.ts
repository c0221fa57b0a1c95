import { configuredFields, ownersIn, problemsFrom, unknownNames } from '../check/problems.ts';
import { isRecord } from '../http/shapes.ts';
import type { Problem } from '../port/adapter.ts';
import type { EspocrmClient } from './client.ts';
import type { EspocrmSettings } from './settings.ts';

export function createCheck(client: EspocrmClient, settings: EspocrmSettings): () => Promise<readonly Problem[]> {
  const { followUp } = settings;
  const named = configuredFields(settings);
  const users = ownersIn(settings.owners);
  const needed: readonly (readonly [scope: string, actions: readonly string[]])[] = [
    ['Contact', ['create', 'read', 'edit', 'stream']],
    ...(followUp?.on?.length === 0 ? [] : [[followUp?.as === 'ticket' ? 'Case' : 'Task', ['create', 'read']] as const]),
  ];
  return () =>
    problemsFrom(
      async () => {
        const { acl } = await client.appUser();
        const table = isRecord(acl['table']) ? acl['table'] : {};
        return needed.flatMap(([scope, actions]) => missingRights(scope, actions, table[scope]));
      },
      async () => {
        if (named.length === 0) return [];
        const existing = await client.contactFields();
        const unknown = named.filter((name) => ![name, fieldOf(name)].some((each) => existing.includes(each)));
        return unknownNames('field', unknown, existing, fieldRemedy);
      },
      async () => {
        const known = await Promise.all(users.map(async (id) => ((await client.hasUser(id)) ? [id] : [])));
        return unknownNames('user', users, known.flat(), userRemedy);
      },
    );
}

/** A scope that is missing or `true` is not limited. */
function missingRights(scope: string, actions: readonly string[], rights: unknown): readonly Problem[] {
  const denied = actions.filter((action) => rights === false || (isRecord(rights) && rights[action] === 'no'));
  if (denied.length === 0) return [];
  return [
    {
      problem: `The API user's roles do not let it ${denied.join(', ')}: ${scope}.`,
      remedy: 'Allow it in EspoCRM → Administration → Roles.',
    },
  ];
}

/** A field such as `account` is written as `accountId`. */
const fieldOf = (attribute: string) => attribute.replace(/(?<=[a-z])(Ids?|Currency|Type)$/, '');

const fieldRemedy =
  'Take the name from EspoCRM → Administration → Entity Manager → Contact → Fields; custom ones begin with c.';

const userRemedy = "Take the id at the end of the address of the user's page in EspoCRM.";
