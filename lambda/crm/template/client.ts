import type { AdapterDeps } from '../http/adapter-deps.ts';
import { hasId, hasTextId, isHolding, isListOf, isRecord, type JsonObject } from '../http/answer.ts';
import { tokenFrom } from '../http/credentials.ts';
import { nameRefusals } from '../http/http-errors.ts';
import type { ContactId, FollowUpId } from '../port/adapter.ts';

export type Stored = JsonObject & { readonly id: string };

export type TemplateClient = ReturnType<typeof createTemplateClient>;

const vendor = 'The example CRM';

const nameField = nameRefusals({
  email: 'email',
  phone: 'phone',
  first_name: 'name',
  last_name: 'name',
  country_code: 'country',
  owner_id: 'owner',
});

/**
 * The CRM's HTTP API: calls only, no decisions. Check each answer's shape before you rely on it. Link the API's
 * documentation here, and say where each limit is documented.
 */
export function createTemplateClient(baseUrl: string, { http, secret }: Pick<AdapterDeps, 'http' | 'secret'>) {
  const call = http.api({
    vendor,
    baseUrl,
    // The field that the CRM refuses: everything else is then written without it.
    refusedIn: ({ status, body }) => (isRecord(body) ? nameField(body['field'], String(status)) : []),
    // Read at each request, so that a rotated key takes effect.
    headers: async () => ({ authorization: `Bearer ${tokenFrom(await secret(), vendor)}` }),
  });

  async function findContacts(field: string, value: string): Promise<readonly Stored[]> {
    const query = { [field]: value };
    const answer = await call({ operation: 'find the contact', method: 'GET', path: ['v1', 'contacts'], query });
    return answer.as(isHolding('contacts', isListOf(hasTextId))).contacts;
  }

  async function readContact(id: ContactId): Promise<Stored | undefined> {
    const path = ['v1', 'contacts', id];
    const answer = await call({ operation: 'read the contact', method: 'GET', path, expected: [404] });
    return answer.status === 404 ? undefined : answer.as(hasTextId);
  }

  /** If the CRM refuses a second contact with the same address, it answers with the first one's id. */
  async function createContact(fields: JsonObject): Promise<{ readonly id: ContactId; readonly existed: boolean }> {
    const answer = await call({
      operation: 'create the contact',
      method: 'POST',
      path: ['v1', 'contacts'],
      body: fields,
      expected: [409],
    });
    if (answer.status !== 409) return { id: answer.as(hasTextId).id, existed: false };
    return { id: answer.as(hasExistingId).existing_id, existed: true };
  }

  async function updateContact(id: ContactId, fields: JsonObject): Promise<void> {
    const path = ['v1', 'contacts', id];
    // The status alone proves nothing: the answer must be this contact.
    (await call({ operation: 'update the contact', method: 'PATCH', path, body: fields })).as(hasId(id));
  }

  async function createNote(contactId: ContactId, html: string): Promise<string> {
    const path = ['v1', 'contacts', contactId, 'notes'];
    const answer = await call({ operation: 'create the note', method: 'POST', path, body: { html } });
    return answer.as(hasTextId).id;
  }

  /** @returns false if the note is gone */
  async function updateNote(id: string, html: string): Promise<boolean> {
    const path = ['v1', 'notes', id];
    const answer = await call({ operation: 'update the note', method: 'PUT', path, body: { html }, expected: [404] });
    if (answer.status === 404) return false;
    answer.as(hasId(id));
    return true;
  }

  async function removeNote(id: string): Promise<void> {
    const path = ['v1', 'notes', id];
    await call({ operation: 'delete the note', method: 'DELETE', path, expected: [404], answer: 'nothing' });
  }

  async function hasNote(id: string): Promise<boolean> {
    const path = ['v1', 'notes', id];
    const answer = await call({ operation: 'read the note', method: 'GET', path, expected: [404] });
    return answer.status !== 404 && answer.as(hasId(id)) !== undefined;
  }

  /** Newest first, from the database, since a search may lag behind. */
  async function notesOf(contactId: ContactId): Promise<readonly Stored[]> {
    const path = ['v1', 'contacts', contactId, 'notes'];
    const answer = await call({ operation: "list the contact's notes", method: 'GET', path });
    return answer.as(isHolding('notes', isListOf(hasTextId))).notes;
  }

  async function createTask(task: JsonObject): Promise<FollowUpId> {
    const answer = await call({ operation: 'create the task', method: 'POST', path: ['v1', 'tasks'], body: task });
    return answer.as(hasTextId).id;
  }

  async function tasksOf(contactId: ContactId): Promise<readonly Stored[]> {
    const path = ['v1', 'contacts', contactId, 'tasks'];
    const answer = await call({ operation: "list the contact's tasks", method: 'GET', path });
    return answer.as(isHolding('tasks', isListOf(hasTextId))).tasks;
  }

  async function readAccount(): Promise<Account> {
    const answer = await call({ operation: 'read the account', method: 'GET', path: ['v1', 'account'] });
    return answer.as(isAccount);
  }

  return {
    findContacts,
    readContact,
    createContact,
    updateContact,
    createNote,
    updateNote,
    removeNote,
    hasNote,
    notesOf,
    createTask,
    tasksOf,
    readAccount,
  };
}

type Account = {
  readonly scopes: readonly string[];
  readonly fields: readonly string[];
  readonly users: readonly string[];
};

const isText = (value: unknown): value is string => typeof value === 'string';

const isAccount = (value: unknown): value is Account =>
  isRecord(value) && ['scopes', 'fields', 'users'].every((name) => isListOf(isText)(value[name]));

const hasExistingId = (value: unknown): value is { readonly existing_id: string } =>
  isRecord(value) && isText(value['existing_id']);
