/** Languages of transcripts and tasks, as ISO 639-1 codes. */
export const languages = ['en', 'cs', 'de', 'es', 'pl', 'hu', 'fr', 'it'] as const;

export type Language = (typeof languages)[number];

const known = new Map<Language, Intl.DisplayNames>();

/** Creating this takes up to 30 ms, so it is made when it is first needed. */
function namesIn(language: Language): Intl.DisplayNames {
  const names = known.get(language) ?? new Intl.DisplayNames(language, { type: 'region', fallback: 'none' });
  known.set(language, names);
  return names;
}

/** `Czechia` for `CZ`; undefined for an unknown code. */
export function countryName(code: string | null, language: Language = 'en'): string | undefined {
  const valid = countryCode(code);
  return valid && namesIn(language).of(valid);
}

/** In upper case; undefined if invalid, or ZZ, the unknown region. */
export const countryCode = (code: string | null): string | undefined =>
  code !== null && /^(?!zz)[a-z]{2}$/i.test(code) ? code.toUpperCase() : undefined;
