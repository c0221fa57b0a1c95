/** Pieces of SOQL, https://developer.salesforce.com/docs/atlas.en-us.soql_sosl.meta/soql_sosl/sforce_api_calls_soql_select_quotedstringescapes.htm. */

/** A condition on a field, none for no values. */
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

/** Fifteen characters, or eighteen with three that make them tell-apart without regard to case. */
export const isId = (id: string) => /^[a-zA-Z0-9]{15}([a-zA-Z0-9]{3})?$/.test(id);

/**
 * The same in every spelling: with the three characters that Salesforce's own answers have, each of which tells which of
 * five are capitals (https://codebycody.com/salesforces-algorithm-for-converting-ids-from-15-to-18-characters). What is
 * no id stays as it is.
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
