/** Loading this takes up to 30 ms at cold start, so only adapters that need countries import this file. */
const names = new Intl.DisplayNames('en', { type: 'region', fallback: 'none' });

/** For CRMs that keep countries as free text. */
export function countryName(code: string | null): string | undefined {
  const known = countryCode(code);
  return known && names.of(known);
}

/** In upper case; undefined if invalid, or ZZ, the unknown region. */
export const countryCode = (code: string | null): string | undefined =>
  code !== null && /^(?!zz)[a-z]{2}$/i.test(code) ? code.toUpperCase() : undefined;
