import { CrmError } from '../port/errors.ts';

/**
 * The token without white space, which a paste often adds.
 * @throws CrmError of kind `credentials` if it cannot be a token
 */
export function tokenFrom(secret: string, vendor: string): string {
  const token = secret.trim();
  if (isToken(token)) return token;
  throw badCredentials(`The secret for ${vendor} is not a token. Give only the token.`);
}

/**
 * The values of a JSON secret, by the names in its `SecretShape`.
 * @throws CrmError of kind `credentials` that names what is missing, and quotes no value
 */
export function fieldsFrom<Name extends string>(
  secret: string,
  vendor: string,
  names: readonly Name[],
): Readonly<Record<Name, string>> {
  const values = parseObject(secret);
  const fields = names.map((name) => [name, String(values[name] ?? '').trim()] as const);
  const missing = fields.filter(([, value]) => !isToken(value)).map(([name]) => name);
  if (missing.length > 0) {
    throw badCredentials(
      `The secret for ${vendor} has no valid ${missing.join(', ')}. Give ${names.join(', ')}; if ` +
        'the secret is one text, as a JSON object.',
    );
  }
  return Object.fromEntries(fields) as Record<Name, string>;
}

function parseObject(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}

const isToken = (text: string) => /^[\x21-\x7e]+$/.test(text);

export const badCredentials = (message: string) => new CrmError(message, { kind: 'credentials' });
