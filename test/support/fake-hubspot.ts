import {
  beyondContract,
  inputOf,
  isTooLong,
  longestBody,
  notFound,
  refuse,
  unauthorised,
} from './fake-hubspot-rules.ts';
import { createHubspotStore, type HubspotStore } from './fake-hubspot-store.ts';
import { type FakeServer, type Received, type Reply, startFakeServer } from './fake-server.ts';
import { loadVendorContract } from './vendor-contract.ts';

const prefix = '/crm/objects/2026-09/';

export type FakeHubspot = FakeServer &
  HubspotStore & {
    readonly token: string;
    /** What HubSpot would not have been asked or would not have answered, in words. */
    readonly violations: readonly string[];
  };

export type FakeHubspotOptions = {
  readonly associationsPerPage?: number;
  /** HubSpot refuses a second contact with the same address. Without that, whose doing it is that there is none? */
  readonly keepsAddressesUnique?: boolean;
};

/**
 * HubSpot's CRM objects API, as far as it is documented or has been reported: contacts and notes in memory, HubSpot's
 * own error bodies, each exchange checked against HubSpot's OpenAPI and against the rules which that leaves out.
 */
export async function startFakeHubspot(options: FakeHubspotOptions = {}): Promise<FakeHubspot> {
  const contract = await loadVendorContract('hubspot.2026-09.json', { unlisted: isAssociationList });
  const token = 'pat-eu1-a-token-for-tests';
  const violations: string[] = [];
  const store = createHubspotStore();
  const route = createRoutes(store, options);

  const server = await startFakeServer((request) => {
    const reply = request.headers.authorization === `Bearer ${token}` ? route(request) : unauthorised();
    violations.push(...contract.check(request, reply), ...beyondContract(request));
    return reply;
  });
  return { ...server, ...store, token, violations };
}

/** Documented for 2026-03 and by HubSpot's own paging links, and not in the collection that our copy was cut from. */
const isAssociationList = ({ method, path }: Received) => method === 'GET' && /\/associations\/\w+$/.test(path);

function createRoutes(
  store: HubspotStore,
  { associationsPerPage: perPage = 100, keepsAddressesUnique = true }: FakeHubspotOptions,
): (request: Received) => Reply {
  return (request) => {
    const [type, ...rest] = request.path.slice(prefix.length).split('/');
    if (!request.path.startsWith(prefix)) return notFound();
    if (type === 'contacts') return rest.length === 0 ? createContact(request) : contact(request, rest);
    if (type === 'notes') return rest.length === 0 ? createNote(request) : note(request, rest);
    return refuse(400, 'VALIDATION_ERROR', `Unable to infer object type from: ${type}`);
  };

  function contact(request: Received, [id = '', further]: readonly string[]): Reply {
    const { method, query } = request;
    const found = query.get('idProperty') === 'email' ? store.contactByEmail(id) : store.contacts.get(id);
    if (found === undefined) return notFound();
    if (further === 'associations') {
      const { ids, paging } = store.notesOf(found.id, perPage, query.get('after'));
      return {
        status: 200,
        body: { results: ids.map((toObjectId) => ({ toObjectId, associationTypes: [] })), ...paging },
      };
    }
    const { properties = {} } = inputOf(request);
    if (method === 'PATCH') store.change(found, properties);
    const asked = method === 'PATCH' ? Object.keys(properties) : (query.get('properties')?.split(',') ?? []);
    const associations = query.get('associations') === 'notes' ? associatedNotes(found.id) : {};
    return { status: 200, body: { ...store.view(found, asked), ...associations } };
  }

  function associatedNotes(contactId: string) {
    const { ids, paging } = store.notesOf(contactId, perPage, null);
    // Twice each: an association is listed once for every label that it has.
    const results = ids.flatMap((id) => [
      { id, type: 'contact_to_note' },
      { id, type: 'contact_to_note_unlabeled' },
    ]);
    return results.length === 0 ? {} : { associations: { notes: { results, ...paging } } };
  }

  function createContact(request: Received): Reply {
    const { properties = {} } = inputOf(request);
    const { email = '' } = properties;
    if (!/^[^@\s]+@[^@\s]+\.[^@\s]+$/.test(email)) {
      const why = {
        isValid: false,
        message: `Email address ${email} is invalid`,
        error: 'INVALID_EMAIL',
        name: 'email',
      };
      return refuse(400, 'VALIDATION_ERROR', `Property values were not valid: ${JSON.stringify([why])}`);
    }
    const existing = keepsAddressesUnique ? store.contactByAnyEmail(email) : undefined;
    if (existing) return refuse(409, 'CONFLICT', `Contact already exists. Existing ID: ${existing.id}`);
    return { status: 201, body: store.view(store.addContact(properties), Object.keys(properties)) };
  }

  function createNote(request: Received): Reply {
    const { properties = {}, associations = [] } = inputOf(request);
    if (isTooLong(properties)) return tooLong();
    const contactIds = associations.map(({ to }) => to.id);
    if (contactIds.some((id) => !store.contacts.has(id))) {
      return refuse(400, 'VALIDATION_ERROR', `No CONTACT with ID ${contactIds.join()} exists.`);
    }
    return { status: 201, body: store.view(store.addNote(properties, contactIds), Object.keys(properties)) };
  }

  function note(request: Received, [id = '', further]: readonly string[]): Reply {
    if (id === 'batch' && further === 'read') return readBatch(request);
    const found = store.notes.get(id);
    if (request.method === 'DELETE') {
      store.notes.delete(id);
      return { status: 204 };
    }
    if (found === undefined) return notFound();
    const { properties = {} } = inputOf(request);
    if (isTooLong(properties)) return tooLong();
    store.change(found, properties);
    return { status: 200, body: store.view(found, Object.keys(properties)) };
  }

  function readBatch(request: Received): Reply {
    const { inputs = [], properties } = inputOf(request);
    const asked = Array.isArray(properties) ? properties.map(String) : [];
    const at = new Date().toISOString();
    const results = inputs.flatMap(({ id }) => store.notes.get(id) ?? []).map((found) => store.view(found, asked));
    const answer = { status: 'COMPLETE', results, startedAt: at, completedAt: at };
    const ids = inputs.map(({ id }) => id).filter((id) => !store.notes.has(id));
    if (ids.length === 0) return { status: 200, body: answer };
    const message = 'Could not get some NOTE objects, they may be deleted or not exist.';
    const error = { status: 'error', category: 'OBJECT_NOT_FOUND', message, context: { ids }, links: {}, errors: [] };
    return { status: 207, body: { ...answer, numErrors: ids.length, errors: [error] } };
  }
}

const tooLong = () =>
  refuse(
    400,
    'VALIDATION_ERROR',
    `Property values were not valid: hs_note_body is longer than ${longestBody} characters.`,
  );
