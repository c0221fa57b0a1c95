import { type Answer, hasId, hasNumericId, isHolding, isListOf, isRecord, type JsonObject } from '../http/answer.ts';
import { nameRefusals } from '../http/http-errors.ts';
import type { Refusal, RefusedPart } from '../port/errors.ts';

export type Stored = JsonObject & { readonly id: number };

export const isDetail = isHolding('data', hasNumericId);
export const isList = isHolding('data', isListOf(hasNumericId));

/** `{"data":{"id":7}}`; some answers have the id as text. */
export const isCreated = isHolding(
  'data',
  (value): value is { readonly id: number | string } => isRecord(value) && /^\d+$/.test(String(value['id'])),
);

/** `{"success":true}`, or `"true"`, with or without the record's id. */
export const isSuccessOf =
  (id: string) =>
  (value: unknown): value is JsonObject =>
    isRecord(value) &&
    String(value['success']) === 'true' &&
    (!isRecord(value['data']) || value['data']['id'] === undefined || hasId(id)(value['data']));

export const isCustomFields = isHolding('data', isRecord);

/** A nested object such as `contactInfo`; empty if null. */
export function within(record: JsonObject, name: string): JsonObject {
  const value = record[name];
  return isRecord(value) ? value : {};
}

const parts: Readonly<Record<string, RefusedPart>> = {
  email: 'email',
  tel1: 'phone',
  firstName: 'name',
  lastName: 'name',
  country: 'country',
  extId: 'customerId',
  owner: 'owner',
  resolver: 'owner',
  notice: 'unusable',
};
const named = nameRefusals(parts);

/** A custom field's key ends in five letters or digits, `Segment_a1b2c`. */
const isCustomField = /^\w+_[0-9a-f]{5}$/;

/** Raynet names the refused field only in its text. */
export function refusedIn({ status, body }: Pick<Answer, 'status' | 'body'>): readonly Refusal[] {
  const words = sentenceIn(body).match(/\w+/g) ?? [];
  const fields = words.filter((word) => Object.hasOwn(parts, word) || isCustomField.test(word));
  return [...new Set(fields)].flatMap((field) => named(field, String(status)));
}

/**
 * Raynet answers 500 to a request that its rules or the user's rights refuse, according to its OpenAPI document:
 * `{"message": "TranslatedApplicationException: exception.duplicateKey", "translatedMessage": "Některá z položek není unikátní."}`.
 */
export function meantStatus({ status, body }: Pick<Answer, 'status' | 'body'>): number | undefined {
  if (status !== 500) return undefined;
  if (/AccessDenied/.test(sentenceIn(body))) return 403;
  return /^(?:Translated\w*|IllegalArgument)Exception/.test(sentenceIn(body)) ? 400 : undefined;
}

/** Raynet's own message, then its translation for the user. */
export function sentenceIn(body: unknown): string {
  if (!isRecord(body)) return '';
  const texts = [body['message'], body['translatedMessage']].filter((text) => typeof text === 'string');
  return texts.join(': ');
}
