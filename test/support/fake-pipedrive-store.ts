import { createFakeFiles } from './fake-files.ts';
import type { Received, Reply } from './fake-server.ts';
import { createIds, RecordTable } from './record-table.ts';

export type Values = Readonly<Record<string, unknown>>;
export type StoredPerson = { readonly id: number; readonly add_time: string } & Record<string, unknown>;
export type StoredNote = {
  readonly id: number;
  readonly person_id: number;
  readonly add_time: string;
  content: string;
  active_flag: boolean;
};
export type StoredActivity = { readonly id: number; readonly person_id: number; readonly update_time: string } & Values;
export type StoredLead = { readonly id: string; readonly person_id: number } & Values;
export type PipedriveStore = ReturnType<typeof createPipedriveStore>;

/** Pipedrive's persons, notes, activities and leads in memory. */
export function createPipedriveStore() {
  const nextId = createIds(101, Number);
  const persons = new RecordTable<StoredPerson>((values, createdAt) => {
    const own = { owner_id: 1, emails: [], phones: [], is_deleted: false, visible_to: 3, custom_fields: {} };
    return { ...own, ...values, ...timesOf(createdAt), id: nextId() };
  });
  const notes = new RecordTable<StoredNote>(({ content, person_id, add_time }, createdAt) => ({
    id: nextId(),
    person_id: Number(person_id),
    add_time: typeof add_time === 'string' ? add_time : createdAt.toISOString().replace('T', ' ').slice(0, 19),
    content: sanitised(String(content)),
    active_flag: true,
  }));
  const activities = new RecordTable<StoredActivity>((values, createdAt) => {
    const own = { id: nextId(), person_id: primaryOf(values), is_deleted: false };
    return { ...values, ...own, ...timesOf(createdAt) };
  });
  const leads = new RecordTable<StoredLead>((values) => {
    const id = `adf21080-0e10-11eb-879b-${String(nextId()).padStart(12, '0')}`;
    return { ...values, id, person_id: Number(values['person_id']) };
  });

  return { files: createFakeFiles(), persons, notes, activities, leads };
}

/** RFC 3339, without fractions. */
function timesOf(createdAt: Date) {
  const time = `${createdAt.toISOString().slice(0, 19)}Z`;
  return { add_time: time, update_time: time };
}

/** Pipedrive drops tags that it does not know. */
export const sanitised = (html: string) => html.replace(/<\/?bdi>/g, '').replace(/<!--.*?-->/gs, '');

function primaryOf({ participants }: Values): number {
  const all: readonly Values[] = Array.isArray(participants) ? participants : [];
  return Number(all.find(({ primary }) => primary === true)?.['person_id']);
}

const maxNoteLength = 100_000;

/** As Pipedrive words it: https://pipedrive.readme.io/docs/core-api-concepts-responses. */
export const refuse = (status: number, error: string): Reply => ({
  status,
  body: {
    success: false,
    error,
    error_info: 'Please check developers.pipedrive.com for more information about Pipedrive API.',
    data: null,
    additional_data: null,
  },
});

export const unauthorised = () => refuse(401, 'unauthorized access');

/** Only after the contract has looked at it. */
export const inputOf = ({ body }: Received): Readonly<Record<string, unknown>> =>
  typeof body === 'object' && body !== null ? { ...body } : {};

const known: Readonly<Record<string, readonly string[]>> = {
  '/api/v2/persons': ['name', 'owner_id', 'emails', 'phones', 'custom_fields'],
  '/v1/notes': ['content', 'person_id', 'add_time'],
  '/api/v2/activities': ['subject', 'type', 'owner_id', 'due_date', 'due_time', 'participants', 'note'],
  '/v1/leads': ['title', 'owner_id', 'person_id', 'origin_id'],
};

/** What Pipedrive would refuse, or take and we should not send, although its OpenAPI does not say so. */
export function beyondContract(request: Received): readonly string[] {
  const { method, path } = request;
  if (!['POST', 'PATCH', 'PUT'].includes(method)) return [];
  const endpoint = path.replace(/\/\d+$/, '');
  const input = inputOf(request);
  const creates = method === 'POST';
  const strangers = Object.keys(input).filter((name) => !known[endpoint]?.includes(name));
  const isPerson = endpoint === '/api/v2/persons';
  const wrong: readonly (readonly [boolean, string])[] = [
    [strangers.length > 0, `fields that are not there: ${strangers.join()}`],
    [Object.keys(input).length === 0, 'a write of nothing'],
    [isPerson && (creates || 'name' in input) && isBlank(input['name']), 'a person without a name'],
    [endpoint === '/v1/notes' && creates && !Number.isInteger(input['person_id']), 'a note on nothing'],
    [endpoint === '/v1/notes' && !isTime(input['add_time'] ?? '2026-01-01 00:00:00'), 'a malformed add_time'],
    [tooLarge(input['content']), `a note larger than ${maxNoteLength} bytes`],
    [endpoint === '/api/v2/activities' && !isDue(input), 'a task without a type, date or time'],
    [endpoint === '/v1/leads' && !Number.isInteger(input['person_id']), 'a lead of nobody'],
    [isTooLong(input['subject']) || isTooLong(input['title']) || isTooLong(input['name']), 'a title of more than 255'],
  ];
  return wrong.filter(([applies]) => applies).map(([, what]) => `${method} ${path}: ${what}`);
}

export const tooLarge = (content: unknown) => typeof content === 'string' && Buffer.byteLength(content) > maxNoteLength;

const isBlank = (value: unknown) => typeof value !== 'string' || value.trim() === '';

const isTooLong = (value: unknown) => typeof value === 'string' && value.length > 255;

const isTime = (value: unknown) => typeof value === 'string' && /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/.test(value);

const isDue = ({ type, due_date: date, due_time: time }: Readonly<Record<string, unknown>>) =>
  type === 'task' && isTime(`${String(date)} ${String(time)}`);
