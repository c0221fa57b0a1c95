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
  const message = isRecord(body) && typeof body['message'] === 'string' ? body['message'] : '';
  const words = message.match(/\w+/g) ?? [];
  const fields = words.filter((word) => Object.hasOwn(parts, word) || isCustomField.test(word));
  return [...new Set(fields)].flatMap((field) => named(field, String(status)));
}
