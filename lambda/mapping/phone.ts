import { plain } from '../conversation/clean-text.ts';

/**
 * Every number in a text that could be dialled, in E.164 (`+420601123456`), in order and each once. One without a
 * country's prefix is a number of the first of these countries in which it could be dialled.
 * @param countries ISO 3166 codes, such as `CZ`; anything else is ignored
 */
export async function phonesIn(typed: string, countries: readonly (string | null)[]): Promise<readonly string[]> {
  const text = dialled(typed);
  // Loaded when needed: its tables of all countries' numbers would be most of deliver's code.
  if (!/\d.*\d.*\d.*\d.*\d/s.test(text)) return [];
  const { findPhoneNumbersInText, isSupportedCountry, parsePhoneNumberFromString } = await import(
    'libphonenumber-js/min'
  );
  const codes = countries.map((country) => country?.toUpperCase() ?? '').filter((code) => isSupportedCountry(code));
  for (const region of codes.length === 0 ? [undefined] : codes) {
    const found = findPhoneNumbersInText(text, region).map(({ number }) => number.number);
    if (found.length > 0) return [...new Set(found)];
    // An oddly written number counts only if it is the whole text.
    const whole = text.length <= maxNumberLength ? parsePhoneNumberFromString(text, region) : undefined;
    if (whole?.isValid()) return [whole.number];
  }
  return [];
}

/** Includes any spaces and words around the number. */
const maxNumberLength = 60;

/** As a text would be dialled: `00` and WhatsApp's links stand for `+`, and no comma for an extension. */
const dialled = (text: string) =>
  plain(text)
    .replace(/[,;]/g, '\n')
    .replace(/\b(?:https?:\/\/)?(?:wa\.me\/|(?:api|web)\.whatsapp\.com\/send\/?\?phone=)\+?(?=\d)/gi, '+')
    .replace(/(?<![\d+][\s().-]{0,3})00(?=[1-9][\d\s()./-]{6})/g, '+');

/**
 * The text of a phone field that looks like a number, although it cannot be dialled from everywhere: digits, and what
 * is written between them. Null for anything else.
 */
export function plausiblePhone(typed: string): string | null {
  const text = plain(typed).trim();
  const digits = text.replace(/\D/g, '').length;
  return /^\+?[\d\s()./-]+$/.test(text) && text.length <= 30 && digits >= 6 && digits <= 15 ? text : null;
}
