import type { FromSchema } from 'json-schema-to-ts';
import type { contactSettings } from '../port/settings.ts';

/** Every user of the CRM that the configuration names. */
export function ownersIn(owners: FromSchema<typeof contactSettings.owners> | undefined): readonly string[] {
  const { agents = {}, fallback } = owners ?? {};
  return [...new Set([...Object.values(agents), ...(fallback === undefined ? [] : [fallback])])];
}
