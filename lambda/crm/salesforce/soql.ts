/**
 * https://developer.salesforce.com/docs/atlas.en-us.soql_sosl.meta/soql_sosl/sforce_api_calls_soql_select_quotedstringescapes.htm
 */

export const isIn = (field: string, values: readonly string[]): readonly string[] =>
  values.length === 0 ? [] : [`${field} IN (${values.map(quoted).join(',')})`];

export const quoted = (value: string) => `'${value.replace(/[\\'"\n\r\t\b\f]/g, (found) => escapes[found] ?? '')}'`;

const escapes: Readonly<Record<string, string>> = {
  '\\': '\\\\',
  "'": "\\'",
  '"': '\\"',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\b': '\\b',
  '\f': '\\f',
};

/** 15 case-sensitive characters, or 18 with three that encode the case. */
export const isId = (id: string) => /^[a-zA-Z0-9]{15}([a-zA-Z0-9]{3})?$/.test(id);

/**
 * Adds the three characters that encode which letters are capitals
 * (https://codebycody.com/salesforces-algorithm-for-converting-ids-from-15-to-18-characters). Leaves anything else
 * unchanged.
 */
export function fullId(id: string): string {
  if (!isId(id)) return id;
  const bare = id.slice(0, 15);
  const suffix = [0, 5, 10].map((from) => {
    const capitals = [...bare.slice(from, from + 5)].map((letter, at) => (/[A-Z]/.test(letter) ? 1 << at : 0));
    return suffixes.charAt(capitals.reduce((sum, bit) => sum + bit, 0));
  });
  return bare + suffix.join('');
}

const suffixes = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ012345';
