/** Pieces of CRM Object Query Language, https://www.zoho.com/crm/developer/docs/api/v8/COQL-Overview.html. */

/**
 * `in` takes 100 values
 * (https://help.zoho.com/portal/en/community/topic/kaizen-183-coql-apis-enhancements-in-zoho-crm-api-version-7).
 */
export const maxValues = 100;

/** A condition on a field, none for no values. @throws RangeError for more values than a list takes */
export function isIn(field: string, values: readonly string[]): readonly string[] {
  if (values.length > maxValues) throw new RangeError(`A list in COQL takes ${maxValues} values.`);
  return values.length === 0 ? [] : [`${field} in (${values.map(quoted).join(', ')})`];
}

/** Criteria have to be bracketed in pairs: `((a or b) or c)`. */
export const anyOf = (criteria: readonly string[]) => criteria.reduce((all, one) => `(${all} or ${one})`);

/**
 * A quote is doubled (https://help.zoho.com/portal/en/community/topic/kaizen-171-faqs-on-coql-api). A backslash is too,
 * so that it is the last of nothing, whether or not it means anything there.
 */
export const quoted = (value: string) => `'${value.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`;
