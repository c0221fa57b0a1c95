import { randomUUID } from 'node:crypto';
import type { Received, Reply } from './fake-server.ts';

export const longestBody = 65_536;

export function refuse(status: number, category: string, message: string): Reply {
  return { status, body: { status: 'error', message, correlationId: randomUUID(), category } };
}

export const notFound = () => refuse(404, 'OBJECT_NOT_FOUND', 'resource not found');

export const unauthorised = () =>
  refuse(
    401,
    'INVALID_AUTHENTICATION',
    'Authentication credentials not found. This API supports OAuth 2.0 authentication.',
  );

const known: Readonly<Record<string, readonly string[]>> = {
  contacts: ['email', 'firstname', 'lastname', 'country'],
  notes: ['hs_timestamp', 'hs_note_body'],
};

type Input = {
  readonly properties?: Readonly<Record<string, string>>;
  readonly associations?: readonly { readonly to: { readonly id: string }; readonly types: readonly object[] }[];
  readonly inputs?: readonly { readonly id: string }[];
};

/** Only after the contract has looked at it. */
export const inputOf = ({ body }: Received): Input => (typeof body === 'object' && body !== null ? body : {});

/** What HubSpot would refuse, or take and we should not send, although its OpenAPI does not say so. */
export function beyondContract(request: Received): readonly string[] {
  const { method, path } = request;
  const [type = '', ...rest] = path.replace('/crm/objects/2026-09/', '').split('/');
  const isBatch = rest[0] === 'batch';
  const { properties = {}, associations = [], inputs = [] } = inputOf(request);
  const names = isBatch ? [] : Object.keys(properties);
  const creates = method === 'POST' && !isBatch;
  const wrong: readonly (readonly [boolean, string])[] = [
    [!(type in known), `the object type "${type}"`],
    [names.some((name) => !known[type]?.includes(name)), `a property that ${type} do not have: ${names.join()}`],
    [(creates || method === 'PATCH') && names.length === 0, 'a write of no properties'],
    [creates && type === 'contacts' && properties['email'] === undefined, 'a contact without an address'],
    [creates && type === 'notes' && !isTimestamp(properties['hs_timestamp']), 'a note without hs_timestamp'],
    [creates && type === 'notes' && !isOnOneContact(associations), 'a note that is not on one contact, by type 202'],
    [type === 'notes' && isTooLong(properties), `a note's body longer than ${longestBody} characters`],
    [isBatch && (inputs.length === 0 || inputs.length > 100), 'a batch of none, or of more than 100'],
  ];
  return wrong.filter(([applies]) => applies).map(([, what]) => `${method} ${path}: ${what}`);
}

export const isTooLong = (properties: Readonly<Record<string, string>>) =>
  !Array.isArray(properties) && (properties['hs_note_body'] ?? '').length > longestBody;

const isTimestamp = (text = '') => /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(text);

const isOnOneContact = (associations: NonNullable<Input['associations']>) =>
  JSON.stringify(associations.map(({ types }) => types)) ===
    '[[{"associationCategory":"HUBSPOT_DEFINED","associationTypeId":202}]]' &&
  associations.every(({ to }) => /^\d+$/.test(to.id));
