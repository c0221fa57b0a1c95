import { parseJson } from '../http/answer.ts';
import type { Answer } from '../http/http.ts';
import { isRecord } from '../http/shapes.ts';
import type { Refusal } from '../port/errors.ts';
import { nameRefusals } from '../refusals/name-refusals.ts';

const named = nameRefusals({
  email: 'email',
  phone: 'phone',
  firstname: 'name',
  lastname: 'name',
  company: 'company',
  country: 'country',
  hubspot_owner_id: 'owner',
});

/**
 * `Property values were not valid: [{"isValid":false,"error":"INVALID_EMAIL","name":"email",…}]`
 * (https://community.hubspot.com/t5/APIs-Integrations/m-p/316713), or as a list of `errors` with a `propertyName`
 * (https://developers.hubspot.com/docs/api-reference/error-handling). An address that another contact has is a
 * `CONFLICT`.
 */
export function refusedIn({ body }: Pick<Answer, 'body'>): readonly Refusal[] {
  if (!isRecord(body)) return [];
  const { category, message, errors } = body;
  if (category === 'CONFLICT') return named('email', category);
  const listed = typeof message === 'string' ? parseJson(message.slice(message.indexOf('[')))?.value : undefined;
  return [listed, errors].flatMap((list) => (Array.isArray(list) ? list.filter(isRecord).flatMap(refusalOf) : []));
}

function refusalOf({ error, code = error, name, context }: Record<string, unknown>): readonly Refusal[] {
  const properties = isRecord(context) && Array.isArray(context['propertyName']) ? context['propertyName'] : [];
  const isUnknownField = code === 'PROPERTY_DOESNT_EXIST';
  return [name, ...properties].flatMap((field) => named(field, code, { isUnknownField }));
}
