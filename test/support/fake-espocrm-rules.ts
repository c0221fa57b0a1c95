import type { Entity, StoredRecord, Values } from './fake-espocrm-store.ts';
import type { Reply } from './fake-server.ts';

/** EspoCRM says in a header why; the body is empty, or made for its own pages. */
export const refuse = (status: number, reason: string, body?: unknown): Reply => ({
  status,
  headers: { 'x-status-reason': reason },
  ...(body !== undefined && { body }),
});

/** `Core/FieldValidation/Exceptions/ValidationError.php`. */
export const invalid = (field: string, type: string) =>
  refuse(400, `Field validation failure; entityType: Contact, field: ${field}, type: ${type}.`, {
    messageTranslation: { label: 'validationFailure', scope: null, data: { field, type } },
  });

/** What a user's roles allow, by entity; `false` or absent: nothing. */
export type Role = {
  readonly table: Readonly<Record<string, Readonly<Record<string, string>> | boolean>>;
  readonly assignmentPermission: string;
};

const everything = { create: 'yes', read: 'all', edit: 'all', delete: 'all', stream: 'all' };

/** The role that docs/crms/espocrm.md asks for. */
export const documentedRole: Role = {
  table: { Contact: everything, Task: everything, Case: everything, User: { read: 'all', edit: 'no' } },
  assignmentPermission: 'all',
};

/** `yes`, `all`, `team`, `own` or `no`. */
export function levelIn({ table }: Role, entity: string, action: string): string {
  const rights = table[entity];
  return (typeof rights === 'object' ? rights[action] : undefined) ?? 'no';
}

/** `Core/Record/Access/LinkCheck.php`, then `Core/Acl/AssignmentChecker`. */
export function assignmentRefused(role: Role, entity: Entity, userId: unknown, isGone: boolean): Reply | undefined {
  if (typeof userId !== 'string' || userId === ownId) return undefined;
  if (isGone) {
    return refuse(403, `Can't relate with non-existing record. entity type: ${entity}, link: assignedUser.`, {
      messageTranslation: { label: 'cannotRelateNonExisting', scope: null, data: { foreignEntityType: 'User' } },
    });
  }
  if (levelIn(role, 'User', 'read') !== 'all') {
    return refuse(403, `No foreign record access for link operation (${entity}:assignedUser).`, {
      messageTranslation: {
        label: 'cannotRelateForbidden',
        scope: null,
        data: { foreignEntityType: 'User', action: 'read' },
      },
    });
  }
  return role.assignmentPermission === 'all'
    ? undefined
    : refuse(403, 'Assignment failure: assigned user or team not allowed.');
}

/** The API user. */
export const ownId = 'api-user-1';

const known: Readonly<Record<Entity, readonly string[]>> = {
  Contact: ['firstName', 'lastName', 'emailAddress', 'phoneNumber', 'addressCountry', 'assignedUserId', 'description'],
  Task: ['name', 'status', 'dateEnd', 'parentType', 'parentId', 'description', 'assignedUserId'],
  Case: ['name', 'contactId', 'contactsIds', 'description', 'assignedUserId'],
};

const required: Readonly<Record<Entity, readonly string[]>> = {
  Contact: ['lastName'],
  Task: ['name', 'assignedUserId'],
  Case: ['name'],
};

/** Fields that are not there are taken and forgotten, in silence. We should not send them. */
export const strangers = (entity: Entity, values: Values, customFields: readonly string[]): readonly string[] =>
  Object.keys(values)
    .filter((name) => ![...known[entity], ...customFields].includes(name))
    .map((name) => `${entity}: there is no field ${name}`);

/** What EspoCRM does not take. @param isNew otherwise only what is sent is looked at */
export function refusalOf(entity: Entity, values: Values, isNew: boolean): Reply | undefined {
  for (const name of required[entity]) {
    if ((isNew || name in values) && !values[name]) return invalid(name, 'required');
  }
  for (const name of ['firstName', 'lastName', 'name']) {
    const value = String(values[name] ?? '');
    if (/[<>=]/.test(value)) return invalid(name, 'pattern');
    if (value.length > 100) return invalid(name, 'maxLength');
  }
  const { emailAddress: email, phoneNumber: phone, dateEnd } = values;
  // PHP's FILTER_VALIDATE_EMAIL is stricter than most.
  if (email !== undefined && !/^(?!.*\.\.)[^@\s]+@[^@\s]+\.[^@\s]+$/.test(String(email))) {
    return invalid('emailAddress', 'emailAddress');
  }
  // Numbers of a country that EspoCRM's own library does not know.
  if (phone !== undefined && !/^\+(?!999)[1-9]\d{6,14}$/.test(String(phone))) return invalid('phoneNumber', 'valid');
  if (dateEnd !== undefined && !/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/.test(String(dateEnd))) {
    return invalid('dateEnd', 'valid');
  }
  return undefined;
}

/** Records that EspoCRM takes for the same: by address, and by nothing more than the name. */
export function alike(values: Values, records: readonly StoredRecord[]): readonly StoredRecord[] {
  const isSame = (name: string) => (record: StoredRecord) =>
    values[name] !== undefined && fold(record[name]) === fold(values[name]);
  const hasSameName = (record: StoredRecord) =>
    fold(record['firstName']) === fold(values['firstName']) && fold(record['lastName']) === fold(values['lastName']);
  return records.filter((record) => isSame('emailAddress')(record) || hasSameName(record));
}

/** `where[0][type]=…&where[0][attribute]=…&where[0][value]=…`, all of which have to hold. */
export function selected(query: URLSearchParams, records: readonly StoredRecord[]): readonly StoredRecord[] {
  const filters = Array.from({ length: 10 }, (_, at) => (part: string) => query.get(`where[${at}][${part}]`));
  const used = filters.filter((filter) => filter('type') !== null);
  return records.filter((record) => used.every((filter) => holds(record, filter)));
}

function holds(record: StoredRecord, filter: (part: string) => string | null): boolean {
  const attribute = filter('attribute') ?? '';
  const numeric = attribute === 'phoneNumberNumeric';
  const value = fold(numeric ? String(record['phoneNumber'] ?? '').replace(/\D/g, '') : record[attribute]);
  const wanted = fold(filter('value'));
  return filter('type') === 'contains' ? value.includes(wanted) : value !== '' && value === wanted;
}

const fold = (value: unknown) => String(value ?? '').toLowerCase();
