import type { Received, Reply } from './fake-server.ts';

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
