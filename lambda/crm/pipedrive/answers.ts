import { type Answer, hasId, hasNumericId, isListOf, isRecord, isTrue, type JsonObject } from '../http/answer.ts';
import { nameRefusals } from '../http/http-errors.ts';
import type { Refusal, RefusedPart } from '../port/errors.ts';

export type WithId = JsonObject & { readonly id: number };

/** Every answer is wrapped: `{"success": true, "data": …}`. */
const isData =
  <T>(isContent: (value: unknown) => value is T) =>
  (body: unknown): body is { readonly data: T } =>
    isRecord(body) && body['success'] === true && isContent(body['data']);

/** v1 writes null for an empty list. */
const isListOrNull =
  <T>(isItem: (value: unknown) => value is T) =>
  (value: unknown): value is readonly T[] | null =>
    value === null || isListOf(isItem)(value);

const isSearchResult = (value: unknown): value is { readonly item: WithId } =>
  isRecord(value) && hasNumericId(value['item']);

const isField = (value: unknown): value is JsonObject & { readonly field_code: string } =>
  isRecord(value) && typeof value['field_code'] === 'string';

/** A lead's id is a UUID. */
const isLead = (value: unknown): value is JsonObject & { readonly id: string } =>
  isRecord(value) && typeof value['id'] === 'string' && value['id'] !== '';

const isFound = (value: unknown): value is { readonly items: readonly { readonly item: WithId }[] } =>
  isRecord(value) && isListOf(isSearchResult)(value['items']);

export const isOne = isData(hasNumericId);
export const isOneWith = (id: string) => isData(hasId(id));
export const isDone = isData(isTrue);
export const isMany = isData(isListOrNull(hasNumericId));
export const isFoundMany = isData(isFound);
export const isOneLead = isData(isLead);
export const isManyLeads = isData(isListOrNull(isLead));
export const isManyFields = isData(isListOf(isField));

/** Undefined on the last page of v2. */
export function nextCursor(body: unknown): { readonly cursor: string } | undefined {
  const { next_cursor: cursor } = additionalData(body);
  return typeof cursor === 'string' && cursor !== '' ? { cursor } : undefined;
}

/** Undefined on the last page of v1. */
export function nextStart(body: unknown): { readonly start: string } | undefined {
  const { pagination } = additionalData(body);
  const { next_start: start, more_items_in_collection: isMore }: JsonObject = isRecord(pagination) ? pagination : {};
  return isMore === true && typeof start === 'number' ? { start: String(start) } : undefined;
}

const additionalData = (body: unknown): JsonObject =>
  isRecord(body) && isRecord(body['additional_data']) ? body['additional_data'] : {};

const parts = { owner_id: 'owner', emails: 'email', phones: 'phone' } as const satisfies Readonly<
  Record<string, RefusedPart>
>;
const named = nameRefusals(parts);

const words: Readonly<Record<keyof typeof parts, RegExp>> = {
  owner_id: /\bowner(_id)?\b/i,
  emails: /\be-?mails?\b/i,
  phones: /\bphones?\b/i,
};

/**
 * Pipedrive names the refused fields only in its text, custom fields by their 40 digits: "Validation failed: 3b71…:
 * Parameter '3b71…' is not allowed for this request; …" (https://github.com/pipedrive/client-nodejs/issues/651).
 */
export function refusedIn({ status, body }: Pick<Answer, 'status' | 'body'>): readonly Refusal[] {
  const error = isRecord(body) && typeof body['error'] === 'string' ? body['error'] : '';
  const code = isRecord(body) && typeof body['code'] === 'string' ? body['code'] : String(status);
  const custom = error.match(/\b[0-9a-f]{40}\b/g) ?? [];
  const standard = Object.entries(words).flatMap(([field, isNamed]) => (isNamed.test(error) ? field : []));
  return [...new Set(custom.length > 0 ? custom : standard)].flatMap((field) => named(field, code));
}
