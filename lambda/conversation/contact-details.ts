import { plain } from './clean-text.ts';

/** The first address in an e-mail field, normalised, to recognise the visitor by. Null if there is none. */
export const normaliseEmail = (typed: string | null): string | null => emailsOf(typed)[0] ?? null;

/**
 * Every address in an e-mail field, whatever is written around it: a name, brackets, `mailto:`, another address. None if
 * a space may have got into the address itself (`jan novak@shop.cz`): the rest of it could be somebody else's.
 */
export function emailsOf(typed: string | null): readonly string[] {
  const text = plain(typed ?? '').trim();
  return /^(?!(?:e-?)?mail\s)[\p{Ll}\d._+-]+\s+[^\s@:<]+@\S+$/u.test(text) ? [] : emailsIn(text);
}

/**
 * Every address in a text, normalised (NFKC, lower-case), in order and each once. Only what CRMs take: a dot-atom before
 * the `@` (RFC 5322, 3.2.3), and a host name with a top-level domain after it. Linear in the length of the text.
 */
export function emailsIn(text: string): readonly string[] {
  const words = plain(text).split(/\s+/).map(withoutUrl);
  const parts = words.flatMap((word) => (word.includes('@') ? word.split(separators) : []));
  return [...new Set(parts.flatMap((part) => toAddress(part.toLowerCase()) ?? []))];
}

/** An `@` in a URL is not part of an address; `mailto:` has no slashes. */
const withoutUrl = (word: string) => word.split('://', 1)[0] ?? '';

/** Characters around and between addresses that no real address contains. */
const separators = /[\p{Cc}\p{Ps}\p{Pe}\p{Pi}\p{Pf}\p{So}<>,;:"\\/|=*`、–—]+/u;

function toAddress(word: string): string | undefined {
  if (word.length > maxWordLength) return undefined;
  const [before = '', after = '', ...more] = word.split('@');
  const local = before.replace(/^[.'!?#&~^$%-]+/, '');
  // No host has one of these, but the query of a `mailto:` begins with one.
  const host = after.replace(/[!?#&].*$/s, '').replace(/[.'~^$%_-]+$/, '');
  const address = `${local}@${host}`;
  const isAddress =
    more.length === 0 && address.length <= maxAddressLength && localPart.test(local) && hostName.test(host);
  return isAddress ? address : undefined;
}

const atom = "[\\p{L}\\p{N}\\p{M}!#$%&'+?^_~-]+";
const localPart = new RegExp(`^(?=.{1,64}$)${atom}(?:\\.${atom})*$`, 'u');
const label = '[\\p{L}\\p{N}](?:[\\p{L}\\p{N}\\p{M}-]{0,61}[\\p{L}\\p{N}\\p{M}])?';
const hostName = new RegExp(`^(?:${label}\\.)+(?:\\p{L}[\\p{L}\\p{M}]{1,62}|xn--[a-z0-9-]{1,59})$`, 'u');

/** RFC 5321, 4.5.3.1.3, without the brackets. */
const maxAddressLength = 254;
/** Including anything that sticks to the address. */
const maxWordLength = 1000;

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
