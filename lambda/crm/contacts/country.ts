/** Loading its tables takes up to 30 ms: only adapters that import this file pay for it, while they start. */
const names = new Intl.DisplayNames('en', { type: 'region', fallback: 'none' });

/** The English name of an ISO 3166 country, for CRMs that keep countries as free text. */
export function countryName(code: string | null): string | undefined {
  const known = countryCode(code);
  return known && names.of(known);
}

/** In upper case; undefined if it is no code, or ZZ, the unknown region. */
export const countryCode = (code: string | null): string | undefined =>
  code !== null && /^(?!zz)[a-z]{2}$/i.test(code) ? code.toUpperCase() : undefined;
