import type { Answer } from '../http/http.ts';
import { isRecord } from '../http/shapes.ts';
import type { Refusal, RefusedPart } from '../port/errors.ts';
import { nameRefusals } from '../refusals/name-refusals.ts';

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
 * Pipedrive names the culprits only in its sentence, custom fields by their 40 digits: "Validation failed: 3b71…: Parameter
 * '3b71…' is not allowed for this request; …" (https://github.com/pipedrive/client-nodejs/issues/651).
 */
export function refusedIn({ status, body }: Pick<Answer, 'status' | 'body'>): readonly Refusal[] {
  const error = isRecord(body) && typeof body['error'] === 'string' ? body['error'] : '';
  const code = isRecord(body) && typeof body['code'] === 'string' ? body['code'] : String(status);
  const custom = error.match(/\b[0-9a-f]{40}\b/g) ?? [];
  const standard = Object.entries(words).flatMap(([field, isNamed]) => (isNamed.test(error) ? field : []));
  return [...new Set(custom.length > 0 ? custom : standard)].flatMap((field) => named(field, code));
}
