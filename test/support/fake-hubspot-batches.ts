import { bodyOf, type Input, invalid, maxBodyLength, type Refusal, refuse, writable } from './fake-hubspot-rules.ts';
import type { HubspotStore, ObjectType } from './fake-hubspot-store.ts';
import type { Received, Reply } from './fake-server.ts';
import type { Refusals } from './refusals.ts';

export type BatchOptions = {
  /** Whether what was created is answered with our `objectWriteTraceId`: the OpenAPI leaves it open. */
  readonly echoesTraces?: boolean;
  readonly owners?: readonly string[];
};

/** HubSpot's batch endpoints, whose results come in any order. */
export function createBatches(store: HubspotStore, options: BatchOptions, refusals: Refusals) {
  const { echoesTraces = true, owners = [] } = options;

  function create(type: ObjectType, request: Received): Reply {
    const { inputs = [] } = bodyOf(request);
    const traces = new Set(inputs.flatMap(({ objectWriteTraceId }) => objectWriteTraceId ?? []));
    const isMultiStatus = traces.size === inputs.length;
    const refusal = inputs.map((input) => refusalOf(type, input)).find((each) => each !== undefined);
    if (refusal !== undefined && !isMultiStatus) return refuse(refusal);
    const results: object[] = [];
    const errors: object[] = [];
    for (const input of inputs) {
      const { properties = {}, associations = [], objectWriteTraceId = '' } = input;
      // Once more: an earlier input may have taken the address.
      const error = refusalOf(type, input);
      if (error === undefined) {
        const contactIds = associations.map(({ to }) => to.id);
        const view = store.view(store.objects[type].add({ properties, contactIds }), Object.keys(properties));
        results.unshift({ ...view, ...(echoesTraces && { objectWriteTraceId }) });
      } else {
        errors.push(itemError(error, { objectWriteTraceId: [objectWriteTraceId], ...error.context }));
      }
    }
    return answer(201, results, errors);
  }

  function update(type: ObjectType, request: Received): Reply {
    const { inputs = [] } = bodyOf(request);
    const ids = inputs.map(({ id = '' }) => id);
    const twice = ids.filter((id, at) => ids.indexOf(id) !== at);
    if (twice.length > 0) {
      return refuse(invalid(`Duplicate IDs found in batch input: [${twice.join()}]. IDs must be unique`));
    }
    const refusal = inputs
      .map(({ id = '', properties = {} }) => refusalOfValues(type, properties, id))
      .find((each) => each !== undefined);
    if (refusal !== undefined) return refuse(refusal);
    const results = inputs.flatMap(({ id = '', properties = {} }) => {
      const found = store.objects[type].get(id);
      if (found === undefined) return [];
      store.change(found, properties);
      return store.view(found, Object.keys(properties));
    });
    return answer(200, results.reverse(), missing(type, ids));
  }

  function read(type: ObjectType, request: Received): Reply {
    const { inputs = [], properties, idProperty } = bodyOf(request);
    const asked = Array.isArray(properties) ? properties.map(String) : [];
    const ids = inputs.map(({ id = '' }) => id);
    const byEmail = idProperty === 'email';
    const find = (id: string) => (byEmail ? store.contactByEmail(id) : store.objects[type].get(id));
    const found = new Set(ids.flatMap((id) => find(id) ?? []));
    const results = [...found].map((each) => store.view(each, asked)).reverse();
    const gone = byEmail ? ids.filter((id) => find(id) === undefined) : undefined;
    return answer(200, results, missing(type, gone ?? ids, gone !== undefined));
  }

  function missing(type: ObjectType, ids: readonly string[], all = false): readonly object[] {
    const gone = all ? ids : ids.filter((id) => !store.objects[type].has(id));
    const message = `Could not get some ${type.slice(0, -1).toUpperCase()} objects, they may be deleted or not exist.`;
    return gone.length === 0 ? [] : [itemError({ status: 404, category: 'OBJECT_NOT_FOUND', message }, { ids: gone })];
  }

  function refusalOf(type: ObjectType, { properties = {}, associations = [] }: Input): Refusal | undefined {
    const lost = associations.map(({ to }) => to.id).filter((id) => !store.contacts.has(id));
    if (lost.length > 0) return invalid(`No CONTACT with ID ${lost.join()} exists.`);
    const { email, firstname, lastname } = properties;
    if (type === 'contacts' && !email && !firstname && !lastname) {
      return invalid('A contact needs at least one of email, firstname and lastname.');
    }
    return refusalOfValues(type, properties);
  }

  function refusalOfValues(
    type: ObjectType,
    properties: Readonly<Record<string, string>>,
    self?: string,
  ): Refusal | undefined {
    const { email, hs_note_body: body = '', hubspot_owner_id: owner } = properties;
    const unknown = Object.keys(properties).find(
      (name) => !writable[type].includes(name) || refusals.deletedFields.has(name),
    );
    if (unknown !== undefined)
      return notValid(`Property "${unknown}" does not exist`, 'PROPERTY_DOESNT_EXIST', unknown);
    if (body.length > maxBodyLength) return notValid('The body is too long', 'INVALID_LENGTH', 'hs_note_body');
    const option = Object.keys(properties).find((name) => refusals.dropdowns.has(name));
    if (option !== undefined) {
      const message = `${properties[option]} was not one of the allowed options: [basic, pro]`;
      return notValid(message, 'INVALID_OPTION', option);
    }
    if (owner !== undefined && (!owners.includes(owner) || refusals.goneUsers.has(owner))) {
      return notValid(`Owner ${owner} does not exist`, 'INVALID_OWNER_ID', 'hubspot_owner_id');
    }
    if (email === undefined) return undefined;
    if (!/^[^@\s]+@[^@\s]+\.[^@\s]+$/.test(email) || email.endsWith('.invalid')) {
      return notValid(`Email address ${email} is invalid`, 'INVALID_EMAIL', 'email');
    }
    const existing = store.contactByAnyEmail(email);
    if (existing === undefined || existing.id === self) return undefined;
    const message = `Contact already exists. Existing ID: ${existing.id}`;
    return { status: 409, category: 'CONFLICT', message, context: { existingId: [existing.id] } };
  }

  return { create, update, read, refusalOfValues };
}

const notValid = (message: string, error: string, name: string) =>
  invalid(`Property values were not valid: ${JSON.stringify([{ isValid: false, message, error, name }])}`);

const itemError = ({ category, message }: Refusal, context: Refusal['context']) => ({
  status: 'error',
  category,
  message,
  context,
  links: {},
  errors: [],
});

function answer(status: number, results: readonly object[], errors: readonly object[]): Reply {
  const at = new Date().toISOString();
  const body = { status: 'COMPLETE', results, startedAt: at, completedAt: at };
  if (errors.length === 0) return { status, body };
  return { status: 207, body: { ...body, numErrors: errors.length, errors } };
}
