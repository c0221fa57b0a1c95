import { type BatchOptions, createBatches } from './fake-hubspot-batches.ts';
import {
  beyondContract,
  bodyOf,
  type Filter,
  invalid,
  notFound,
  refuse,
  unauthorised,
  writable,
} from './fake-hubspot-rules.ts';
import {
  calculated,
  createHubspotFiles,
  createHubspotStore,
  type HubspotFiles,
  type HubspotStore,
  type ObjectType,
  type StoredObject,
} from './fake-hubspot-store.ts';
import { type FakeServer, type Received, type Reply, startFakeServer } from './fake-server.ts';
import { createRefusals, type Refusals } from './refusals.ts';
import { loadVendorContract } from './vendor-contract.ts';

export type FakeHubspot = FakeServer &
  HubspotStore & {
    readonly token: string;
    readonly refusals: Refusals;
    readonly attached: HubspotFiles['attached'];
    /** What HubSpot would not have been asked or would not have answered, in words. */
    readonly violations: readonly string[];
  };

export type FakeHubspotOptions = BatchOptions & { readonly associationsPerPage?: number };

/**
 * HubSpot's CRM objects API, as far as it is documented or has been reported: objects in memory, HubSpot's own error
 * bodies, each exchange checked against HubSpot's OpenAPI and against the rules which that leaves out.
 */
export async function startFakeHubspot(options: FakeHubspotOptions = {}): Promise<FakeHubspot> {
  const contract = await loadVendorContract('hubspot.2026-09.json', { unlisted: isUnlisted });
  const token = 'pat-eu1-a-token-for-tests';
  const violations: string[] = [];
  const store = createHubspotStore();
  const refusals = createRefusals();
  const fileCabinet = createHubspotFiles(store);
  const routeObjects = createRoutes(store, options, refusals);
  const isOfFiles = ({ path }: Received) => path.startsWith('/files/2026-09/files');
  const route = (request: Received) => (isOfFiles(request) ? fileCabinet.route : routeObjects)(request);

  const server = await startFakeServer((request) => {
    const reply = request.headers.authorization === `Bearer ${token}` ? route(request) : unauthorised();
    // Files are another file of HubSpot's OpenAPI.
    if (!isOfFiles(request)) violations.push(...contract.check(request, reply), ...beyondContract(request));
    return reply;
  });
  return { ...server, ...store, token, refusals, violations, attached: fileCabinet.attached };
}

/** Documented for 2026-03 and by HubSpot's own paging links, and not in the collection that our copy was cut from. */
const isUnlisted = ({ method, path }: Received) =>
  method === 'GET' && (/\/associations\/\w+$/.test(path) || /^\/crm\/(owners|properties)\//.test(path));

function createRoutes(
  store: HubspotStore,
  options: FakeHubspotOptions,
  refusals: Refusals,
): (request: Received) => Reply {
  const { associationsPerPage: perPage = 100, owners = [] } = options;
  const batches = createBatches(store, options, refusals);

  return (request) => {
    const [, , family, version, type = '', ...rest] = request.path.split('/');
    if (version !== '2026-09') return notFound();
    if (family === 'owners') return { status: 200, body: { results: owners.map((id) => ({ id })) } };
    if (!isType(type)) return notFound();
    if (family === 'properties') return { status: 200, body: { results: writable[type].map((name) => ({ name })) } };
    switch (rest.join('/')) {
      case 'batch/create':
        return batches.create(type, request);
      case 'batch/update':
        return batches.update(type, request);
      case 'batch/read':
        return batches.read(type, request);
      case 'search':
        return search(type, request);
      default:
        return one(type, request, rest);
    }
  };

  function one(type: ObjectType, request: Received, [id = '', further, other]: readonly string[]): Reply {
    const { method, query } = request;
    const found = store.objects[type].get(id);
    if (method === 'DELETE') {
      store.objects[type].delete(id);
      return { status: 204 };
    }
    if (found === undefined) return notFound();
    if (method === 'PATCH') return patch(type, request, found);
    if (further === 'associations' && isType(other)) {
      const { ids, paging } = store.idsOn(found.id, other, perPage, query.get('after'));
      const results = ids.map((toObjectId) => ({ toObjectId, associationTypes: [] }));
      return { status: 200, body: { results, ...paging } };
    }
    const kind = query.get('associations') ?? '';
    const associations = isType(kind) ? associated(found.id, kind) : {};
    return { status: 200, body: { ...store.view(found, query.get('properties')?.split(',') ?? []), ...associations } };
  }

  function patch(type: ObjectType, request: Received, found: StoredObject): Reply {
    const { properties = {} } = bodyOf(request);
    const refusal = batches.refusalOfValues(type, properties, found.id);
    if (refusal !== undefined) return refuse(refusal);
    store.change(found, properties);
    return { status: 200, body: store.view(found, Object.keys(properties)) };
  }

  function associated(contactId: string, type: ObjectType) {
    const { ids, paging } = store.idsOn(contactId, type, perPage, null);
    // Twice each: an association is listed once for every label that it has.
    const results = ids.flatMap((id) => [
      { id, type: `contact_to_${type}` },
      { id, type: `contact_to_${type}_unlabeled` },
    ]);
    return results.length === 0 ? {} : { associations: { [type]: { results, ...paging } } };
  }

  function search(type: ObjectType, request: Received): Reply {
    const { filterGroups = [], properties } = bodyOf(request);
    const filtered = filterGroups.flatMap(({ filters }) => filters.map(({ propertyName }) => propertyName));
    if (filtered.some((name) => refusals.deletedFields.has(name))) {
      return refuse(invalid('There was a problem with the request.'));
    }
    const asked = Array.isArray(properties) ? properties.map(String) : [];
    const found = store.objects[type].list((object) =>
      filterGroups.some(({ filters }) => filters.every((filter) => fits(object, filter))),
    );
    return { status: 200, body: { total: found.length, results: found.map((object) => store.view(object, asked)) } };
  }
}

const isType = (type: string | undefined): type is ObjectType => type !== undefined && type in writable;

function fits({ properties }: StoredObject, { propertyName, operator, value = '', values = [] }: Filter): boolean {
  const all: Readonly<Record<string, string>> = { ...properties, ...calculated(properties) };
  const text = all[propertyName]?.toLowerCase();
  if (text === undefined) return false;
  return operator === 'EQ' ? text === value.toLowerCase() : operator === 'IN' && values.includes(text);
}
