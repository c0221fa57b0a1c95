import type { Answer } from '../http/http.ts';
import { isRecord } from '../http/shapes.ts';
import type { Refusal, RefusedPart } from '../port/errors.ts';
import { nameRefusals } from '../refusals/name-refusals.ts';

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

/** Raynet names the culprit only in its sentence. */
export function refusedIn({ status, body }: Pick<Answer, 'status' | 'body'>): readonly Refusal[] {
  const words = sentenceIn(body).match(/\w+/g) ?? [];
  const fields = words.filter((word) => Object.hasOwn(parts, word) || isCustomField.test(word));
  return [...new Set(fields)].flatMap((field) => named(field, String(status)));
}

/**
 * Raynet answers 500 to a request that its rules or the user's rights refuse, as its OpenAPI document has it:
 * `{"message": "TranslatedApplicationException: exception.duplicateKey", "translatedMessage": "Některá z položek není unikátní."}`.
 */
export function meantStatus({ status, body }: Pick<Answer, 'status' | 'body'>): number | undefined {
  if (status !== 500) return undefined;
  if (/AccessDenied/.test(sentenceIn(body))) return 403;
  return /^(?:Translated\w*|IllegalArgument)Exception/.test(sentenceIn(body)) ? 400 : undefined;
}

/** In words of its own, and then in the language of the user. */
export function sentenceIn(body: unknown): string {
  if (!isRecord(body)) return '';
  const texts = [body['message'], body['translatedMessage']].filter((text) => typeof text === 'string');
  return texts.join(': ');
}
