import type { AdapterDeps } from '../http/adapter-deps.ts';
import { isRecord, type JsonObject } from '../http/answer.ts';
import type { CrmAdapter, Problem } from '../port/adapter.ts';
import { oneByOne } from '../port/batch.ts';
import { configuredFields, ownersIn, problemsFrom, unknownNames } from '../port/problems.ts';
import { createFiles, createFollowUps, createNotes } from './activities.ts';
import { createEspocrmClient, type EspocrmClient } from './client.ts';
import { createContacts } from './contacts.ts';
import type { EspocrmSettings } from './settings.ts';

/** A known contact costs two calls, three if a blank can be filled; a new one three, four if there is a namesake. */
export function createEspocrmAdapter(settings: EspocrmSettings, deps: AdapterDeps): CrmAdapter {
  const client = createEspocrmClient(settings.baseUrl, deps);
  return {
    upsertContacts: oneByOne(createContacts(client, settings)),
    ...createNotes(client, deps),
    followUps: createFollowUps(client, settings, deps),
    ...(settings.files !== false && { files: createFiles(client) }),
    check: createCheck(client, settings),
  };
}

function createCheck(client: EspocrmClient, settings: EspocrmSettings): () => Promise<readonly Problem[]> {
  const named = configuredFields(settings);
  const usersAmong = async (ids: readonly string[]) =>
    (await Promise.all(ids.map(async (id) => ((await client.hasUser(id)) ? [id] : [])))).flat();
  return () =>
    problemsFrom(
      async () => missingRights((await client.appUser()).acl, settings),
      async () => {
        if (named.length === 0) return [];
        const existing = await client.contactFields();
        const unknown = named.filter((name) => ![name, fieldOf(name)].some((each) => existing.includes(each)));
        return unknownNames('field', unknown, existing, fieldRemedy);
      },
      () => unknownNames('user', ownersIn(settings.owners), usersAmong, userRemedy),
    );
}

type Needed = {
  readonly scope: string;
  readonly actions: readonly string[];
  /** The effect of its absence. */
  readonly otherwise: string;
};

function missingRights(acl: JsonObject, { owners, followUp }: EspocrmSettings): readonly Problem[] {
  const table = isRecord(acl['table']) ? acl['table'] : {};
  const makesFollowUps = followUp?.on?.length !== 0;
  const makesTasks = makesFollowUps && followUp?.as !== 'ticket';
  const assigns = makesTasks || ownersIn(owners).length > 0;
  const needed: readonly Needed[] = [
    {
      scope: 'Contact',
      actions: ['create', 'read', 'edit', 'stream'],
      otherwise: 'Chats cannot be written, or contacts that belong to somebody are not found and are created again.',
    },
    ...(makesFollowUps
      ? [
          {
            scope: makesTasks ? 'Task' : 'Case',
            actions: ['create', 'read'],
            otherwise: 'Follow-ups cannot be created, or not be found again.',
          },
        ]
      : []),
    ...(assigns ? [{ scope: 'User', actions: ['read'], otherwise: unassigned }] : []),
  ];
  const missing = needed.flatMap(({ scope, actions, otherwise }) => {
    const lacking = actions.flatMap((action) => lack(action, table[scope]));
    return lacking.length === 0 ? [] : [lacks(`${scope}: ${lacking.join(', ')}`, otherwise)];
  });
  const assignment = acl['assignmentPermission'];
  return assigns && assignment !== 'all'
    ? [...missing, lacks(`Assignment Permission: all (${levelOf(assignment)})`, unassigned)]
    : missing;
}

/** A missing scope is forbidden, `true` is unlimited, and `own` or `team` isn't enough. */
function lack(action: string, rights: unknown): readonly string[] {
  if (rights === true) return [];
  const level = isRecord(rights) ? rights[action] : undefined;
  const wanted = action === 'create' ? 'yes' : 'all';
  return level === wanted ? [] : [`${action} ${wanted} (${levelOf(level)})`];
}

const levelOf = (level: unknown) => (typeof level === 'string' ? `now ${level}` : 'now not set');

const lacks = (right: string, otherwise: string): Problem => ({
  problem: `The API user's roles lack ${right}. ${otherwise}`,
  remedy: 'Allow it in EspoCRM → Administration → Roles.',
});

const unassigned = 'Contacts and tasks cannot be assigned to salespeople.';

/** A field such as `account` is written as `accountId`. */
const fieldOf = (attribute: string) => attribute.replace(/(?<=[a-z])(Ids?|Currency|Type)$/, '');

const fieldRemedy =
  'Take the name from EspoCRM → Administration → Entity Manager → Contact → Fields; custom ones begin with c.';

const userRemedy = "Take the id at the end of the address of the user's page in EspoCRM.";
