const inEnglish = new Intl.DisplayNames('en', { type: 'region', fallback: 'none' });

/** An ISO 3166 code's country in English, as CRMs that keep it as free text have it in their lists and forms. */
export function countryName(code: string | null): string | undefined {
  const known = countryCode(code);
  return known && inEnglish.of(known);
}

/** In capitals; undefined for what is no code, and for ZZ, which stands for an unknown region. */
export function countryCode(code: string | null): string | undefined {
  return code !== null && /^(?!zz)[a-z]{2}$/i.test(code) ? code.toUpperCase() : undefined;
}
