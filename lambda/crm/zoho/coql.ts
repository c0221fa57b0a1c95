/** CRM Object Query Language, https://www.zoho.com/crm/developer/docs/api/v8/COQL-Overview.html. */

/** https://help.zoho.com/portal/en/community/topic/kaizen-183-coql-apis-enhancements-in-zoho-crm-api-version-7 */
export const maxValues = 100;

/** @throws RangeError for more than `maxValues` values */
export function isIn(field: string, values: readonly string[]): readonly string[] {
  if (values.length > maxValues) throw new RangeError(`A list in COQL takes ${maxValues} values.`);
  return values.length === 0 ? [] : [`${field} in (${values.map(quoted).join(', ')})`];
}

/** COQL requires brackets in pairs: `((a or b) or c)`. */
export const anyOf = (criteria: readonly string[]) => criteria.reduce((all, one) => `(${all} or ${one})`);

/** Doubles quotes (https://help.zoho.com/portal/en/community/topic/kaizen-171-faqs-on-coql-api), and backslashes. */
export const quoted = (value: string) => `'${value.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`;
