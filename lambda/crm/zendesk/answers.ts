import { type Answer, hasNumericId, isHolding, isListOf, isRecord, type JsonObject } from '../http/answer.ts';
import { nameRefusals } from '../http/http-errors.ts';
import type { Refusal } from '../port/errors.ts';

export type User = JsonObject & { readonly id: number };
export type Ticket = JsonObject & { readonly id: number; readonly status: string };
export type Comment = { readonly id: number; readonly html_body: string; readonly attachments?: readonly Attachment[] };
type Attachment = { readonly id: number; readonly file_name: string };

const isTicket = (value: unknown): value is Ticket => hasNumericId(value) && typeof value['status'] === 'string';
const isAttachment = (value: unknown): value is Attachment =>
  hasNumericId(value) && typeof value['file_name'] === 'string';
const isComment = (value: unknown): value is Comment =>
  hasNumericId(value) &&
  typeof value['html_body'] === 'string' &&
  (value['attachments'] === undefined || isListOf(isAttachment)(value['attachments']));

export const isUserAnswer = isHolding('user', hasNumericId);
export const isUsersAnswer = isHolding('users', isListOf(hasNumericId));
export const isTicketAnswer = isHolding('ticket', isTicket);
export const isTicketsAnswer = isHolding('tickets', isListOf(isTicket));
export const isUserFieldsAnswer = isHolding(
  'user_fields',
  isListOf((value): value is { readonly key: string } => isRecord(value) && typeof value['key'] === 'string'),
);

export function isCommentsAnswer(value: unknown): value is {
  readonly comments: readonly Comment[];
  readonly meta?: { readonly has_more: boolean; readonly after_cursor: string | null };
} {
  if (!isHolding('comments', isListOf(isComment))(value)) return false;
  const meta = 'meta' in value ? value.meta : undefined;
  if (meta === undefined) return true;
  if (!isRecord(meta) || typeof meta['has_more'] !== 'boolean') return false;
  return meta['has_more'] === false || typeof meta['after_cursor'] === 'string';
}

/** See https://github.com/cloudbees-oss/zendesk-java-client/issues/91. */
export const isAddressTaken = (value: unknown): boolean => faultsOf(value, 'email').includes('DuplicateValue');

/** `details.status`: "Status: closed prevents ticket update". */
export const isClosed = (value: unknown): boolean =>
  faultsOf(value, 'status').some((fault) => /closed prevents/i.test(fault) || fault === 'ClosedTicket');

const nameField = nameRefusals({
  email: 'email',
  phone: 'phone',
  name: 'name',
  assignee: 'owner',
  assignee_id: 'owner',
  notes: 'unusable',
});

/** `details` has the refused fields; `base` is the record as a whole. */
export function refusedIn({ body }: Pick<Answer, 'body'>): readonly Refusal[] {
  const details = isRecord(body) && isRecord(body['details']) ? body['details'] : {};
  const fields = Object.entries(details).filter(([field]) => field !== 'base');
  return fields.flatMap(([field, faults]) => nameField(field, Array.isArray(faults) ? Object(faults[0]).error : ''));
}

/** "Requester: Jan is suspended.", with the code if Zendesk gives one (https://github.com/mozilla/sumo/issues/2670). */
export const isSuspended = (value: unknown): boolean =>
  faultsOf(value, 'requester').some((fault) => fault === 'UserSuspended' || /\bis suspended\.?$/i.test(fault));

function faultsOf(value: unknown, field: string): readonly string[] {
  const details = isRecord(value) ? value['details'] : undefined;
  const faults = isRecord(details) ? details[field] : undefined;
  if (!Array.isArray(faults)) return [];
  return faults.flatMap((fault) => (isRecord(fault) ? [String(fault['error']), String(fault['description'])] : []));
}
