import { randomUUID } from 'node:crypto';
import type { ObjectType } from './fake-hubspot-store.ts';
import type { Received, Reply } from './fake-server.ts';

export const maxBodyLength = 65_536;

/** As HubSpot words a refusal, of a request or of one item of a batch. */
export type Refusal = {
  readonly status: number;
  readonly category: string;
  readonly message: string;
  readonly context?: Readonly<Record<string, readonly string[]>>;
};

export const invalid = (message: string): Refusal => ({ status: 400, category: 'VALIDATION_ERROR', message });

export const refuse = ({ status, category, message }: Refusal): Reply => ({
  status,
  body: { status: 'error', message, correlationId: randomUUID(), category },
});

export const notFound = () => refuse({ status: 404, category: 'OBJECT_NOT_FOUND', message: 'resource not found' });

export const unauthorised = () =>
  refuse({
    status: 401,
    category: 'INVALID_AUTHENTICATION',
    message: 'Authentication credentials not found. This API supports OAuth 2.0 authentication.',
  });

/** What may be written, by the standard objects and one property that this account has made. */
export const writable: Readonly<Record<ObjectType, readonly string[]>> = {
  contacts: [
    'email',
    'firstname',
    'lastname',
    'company',
    'country',
    'phone',
    'jobtitle',
    'customer_number',
    'hubspot_owner_id',
  ],
  notes: ['hs_timestamp', 'hs_note_body', 'hs_attachment_ids', 'hubspot_owner_id'],
  tasks: ['hs_timestamp', 'hs_task_subject', 'hs_task_body', 'hs_task_status', 'hubspot_owner_id'],
  tickets: ['subject', 'content', 'hs_pipeline', 'hs_pipeline_stage', 'hubspot_owner_id'],
};

const required: Readonly<Record<ObjectType, readonly string[]>> = {
  contacts: [],
  notes: ['hs_timestamp', 'hs_note_body'],
  tasks: ['hs_timestamp', 'hs_task_subject', 'hs_task_status'],
  tickets: ['subject', 'hs_pipeline_stage'],
};

const toContact = { notes: 202, tasks: 204, tickets: 16 };

export type Input = {
  readonly id?: string;
  readonly objectWriteTraceId?: string;
  readonly properties?: Readonly<Record<string, string>>;
  readonly associations?: readonly { readonly to: { readonly id: string }; readonly types: readonly object[] }[];
};
export type Body = Input & {
  readonly inputs?: readonly Input[];
  readonly idProperty?: string;
  readonly filterGroups?: readonly { readonly filters: readonly Filter[] }[];
};
export type Filter = {
  readonly propertyName: string;
  readonly operator: string;
  readonly value?: string;
  readonly values?: readonly string[];
};

/** Only after the contract has looked at it. */
export const bodyOf = ({ body }: Received): Body => (typeof body === 'object' && body !== null ? body : {});

/** What HubSpot would refuse, or take and we should not send, although its OpenAPI does not say so. */
export function beyondContract(request: Received): readonly string[] {
  const { method, path, text } = request;
  const [, type = '', ...rest] = /^\/crm\/objects\/2026-09\/(\w+)\/?(.*)$/.exec(path) ?? [];
  if (type === '') return [];
  const action = rest.join('/');
  const { inputs = [], filterGroups = [] } = bodyOf(request);
  const isOfMany = action.startsWith('batch/');
  const wrong: readonly (readonly [boolean, string])[] = [
    [!isType(type), `the object type "${type}"`],
    [isOfMany && (inputs.length === 0 || inputs.length > 100), 'a batch of none, or of more than 100'],
    [action === 'search' && text.length > 3000, 'a search of more than 3,000 characters'],
    [action === 'search' && (filterGroups.length === 0 || filterGroups.length > 5), 'a search by none or too many'],
    ...(isType(type) && action === 'batch/create' ? inputs.flatMap((input) => wrongIn(type, input)) : []),
  ];
  return wrong.filter(([applies]) => applies).map(([, what]) => `${method} ${path}: ${what}`);
}

const isType = (type: string): type is ObjectType => type in writable;

function wrongIn(type: ObjectType, input: Input): readonly (readonly [boolean, string])[] {
  const { properties = {}, associations = [] } = input;
  const { hs_timestamp: at, hs_note_body: body = '' } = properties;
  const missing = required[type].filter((name) => (properties[name] ?? '') === '');
  const type_ = type === 'contacts' ? undefined : toContact[type];
  const types = type_ && `[[{"associationCategory":"HUBSPOT_DEFINED","associationTypeId":${type_}}]]`;
  return [
    [missing.length > 0, `${type} without ${missing.join()}`],
    [at !== undefined && !/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(at), `the time ${at}`],
    [body.length > maxBodyLength, `a note's body longer than ${maxBodyLength} characters`],
    [types !== undefined && JSON.stringify(associations.map(({ types }) => types)) !== types, `no type ${type_}`],
    [associations.some(({ to }) => !/^\d+$/.test(to.id)), 'an association with no id'],
  ];
}
