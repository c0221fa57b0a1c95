import type { Refusal, RefusedPart } from '../port/errors.ts';

type NameRefusals = (
  field: unknown,
  code: unknown,
  options?: { readonly isUnknownField?: boolean },
) => readonly Refusal[];

/**
 * For an adapter to say which field its vendor refused. Anything but a name gives none: a vendor may quote a value there.
 * @param parts the vendor's names of what is not configured
 */
export const nameRefusals =
  (parts: Readonly<Record<string, RefusedPart>>): NameRefusals =>
  (field, code, { isUnknownField = false } = {}) =>
    typeof field === 'string' && isName(field)
      ? [
          {
            part: Object.hasOwn(parts, field) ? (parts[field] ?? 'field') : 'field',
            field,
            code: typeof code === 'string' && isName(code) ? code : 'refused',
            ...(isUnknownField && { isUnknownField }),
          },
        ]
      : [];

const isName = (text: string) => /^[\p{L}\p{N}_][\p{L}\p{N}_.:/ -]{0,79}$/u.test(text);
