import { type Answer, hasNumericId, isListOf, isRecord, type JsonObject } from '../http/answer.ts';
import { nameRefusals } from '../http/http-errors.ts';
import type { Refusal } from '../port/errors.ts';

export type Contact = JsonObject & { readonly id: number };
export type Ticket = JsonObject & {
  readonly id: number;
  readonly description: string;
};
export type Conversation = { readonly id: number; readonly body: string; readonly attachments?: readonly Attachment[] };
export type Attachment = { readonly id: number; readonly name: string };
type FieldDefinition = JsonObject & { readonly name: string };

export const isContact = hasNumericId;
export const isContacts = isListOf(hasNumericId);
export const isTicketCreated = hasNumericId;

export const isTicket = (value: unknown): value is Ticket =>
  hasNumericId(value) && typeof value['description'] === 'string';
export const isTickets = isListOf(isTicket);

const isAttachment = (value: unknown): value is Attachment => hasNumericId(value) && typeof value['name'] === 'string';
const isAttachments = isListOf(isAttachment);

export const isConversations = isListOf(
  (value): value is Conversation =>
    hasNumericId(value) &&
    typeof value['body'] === 'string' &&
    (value['attachments'] === undefined || isAttachments(value['attachments'])),
);

export const isNoteWithFile = (value: unknown): value is { readonly attachments: readonly [Attachment] } =>
  hasNumericId(value) && isAttachments(value['attachments']) && value['attachments'].length === 1;

/** https://developers.freshdesk.com/api/#add_note_to_a_ticket */
export const isNoteOn =
  (ticketId: string) =>
  (value: unknown): value is JsonObject =>
    hasNumericId(value) && (value['ticket_id'] === undefined || String(value['ticket_id']) === ticketId);

export const isFieldDefinitions = isListOf(
  (value): value is FieldDefinition => isRecord(value) && typeof value['name'] === 'string',
);

/**
 * The owner of a unique address or id, in a 409 (https://developers.freshdesk.com/api/#create_contact): a contact, a deleted one,
 * or an agent.
 * `{"errors":[{"field":"email","additional_info":{"user_id":42},"code":"duplicate_value"}]}`
 */
export function takenBy(value: unknown): number | undefined {
  const errors = isRecord(value) && Array.isArray(value['errors']) ? value['errors'] : [];
  for (const error of errors) {
    const isSame = isRecord(error) && error['code'] === 'duplicate_value' && !isNumber(error['field']);
    const info = isSame ? error['additional_info'] : undefined;
    if (isRecord(info) && typeof info['user_id'] === 'number') return info['user_id'];
  }
  return undefined;
}

/** Different people may share a number. */
const isNumber = (field: unknown) => field === 'phone' || field === 'mobile';

const nameField = nameRefusals({
  email: 'email',
  phone: 'phone',
  name: 'name',
  responder_id: 'owner',
  description: 'unusable',
});

/** https://developers.freshdesk.com/api/#error: `{"errors":[{"field":"custom_fields.plan","code":"invalid_value"}]}` */
export function refusedIn({ body }: Pick<Answer, 'body'>): readonly Refusal[] {
  const errors: readonly unknown[] = isRecord(body) && Array.isArray(body['errors']) ? body['errors'] : [];
  return errors.filter(isRecord).flatMap(({ field, code }) => nameField(withoutHolder(field), code));
}

const withoutHolder = (field: unknown) =>
  typeof field === 'string' ? field.replace(/^custom_fields\./, '') : undefined;
