import type { Field } from './adapter.ts';

/**
 * Which fields are to be written to a contact that is there already: those that are blank on it, and those to be
 * overwritten that are different.
 * @param valueNow what stands there, by the CRM's name of the field
 * @param isBlank where the CRM has a blank of its own, such as Odoo's `false`
 */
export function fieldsToFill(
  fields: readonly Field[],
  valueNow: (name: string) => unknown,
  isBlank: (value: unknown) => boolean = isNothing,
): readonly Field[] {
  return fields.filter(({ name, value, overwrite }) => {
    const now = valueNow(name);
    return isBlank(now) || (overwrite && String(now) !== String(value));
  });
}

export const isNothing = (value: unknown) =>
  value === null || value === undefined || (typeof value === 'string' && value.trim() === '');
