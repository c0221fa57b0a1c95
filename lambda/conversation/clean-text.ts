/**
 * A text without invisible characters, and with the plain form of full-width and other compatibility characters (NFKC).
 * A no-break space becomes a space.
 */
export const plain = (text: string): string =>
  text
    .replace(/[\p{Cf}\p{Default_Ignorable_Code_Point}]/gu, '')
    // Normalising takes quadratic time for a run of these:
    // https://www.unicode.org/reports/tr15/#Stream_Safe_Text_Format
    .replace(/(\p{M}{30})\p{M}+/gu, '$1')
    .normalize('NFKC')
    .replaceAll('。', '.');

const named: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: '\u00a0',
  euro: '€',
  pound: '£',
  dollar: '$',
};

/**
 * The text with HTML's numeric entities, and the few named ones that escaping functions and shops' prices use, once
 * decoded. Others stay. The result is as untrusted as before.
 */
export function decodeEntities(text: string): string {
  return text
    .replace(/&(?:#(\d{1,7})|#x([\da-f]{1,6})|([a-z]+));/gi, (entity, decimal?: string, hex?: string, name = '') => {
      if (decimal === undefined && hex === undefined) return named[name] ?? entity;
      const code = decimal === undefined ? Number.parseInt(hex ?? '', 16) : Number(decimal);
      return code <= 0x10ffff ? String.fromCodePoint(code) : entity;
    })
    .toWellFormed();
}

/**
 * At the start of a cell, a spreadsheet reads one of these as a formula, also in full width or after invisible
 * characters.
 */
const opening = String.raw`[=+\-@＝＋－＠\p{Cc}\p{Cf}]`;
const atStart = new RegExp(String.raw`^(?:${opening}|\s)+`, 'u');
const atStartOfWords = new RegExp(`(^|[\\s,])${opening}+`, 'gu');

/** Numbers, phone numbers and e-mail addresses are not formulas. */
const harmless = /^[+-]?(?:\d[\d\s().,/-]*|[\w.+-]+@[\w-]+(?:\.[\w-]+)+)$/;

/**
 * A text that is safe to export to a spreadsheet: "ensure that no cells begin with" these characters
 * (https://owasp.org/www-community/attacks/CSV_Injection). They are removed, because an added apostrophe would show up
 * in the CRM.
 */
export const withoutFormula = (text: string): string => (harmless.test(text) ? text : text.replace(atStart, ''));

/** A name without them at the start of any part, since a CRM stores first and last names separately. */
export const nameWithoutFormulas = (name: string): string => name.replace(atStartOfWords, '$1').trim();

/**
 * Makes a text safe where no markup separates it: characters that control a terminal or reorder the text around them
 * (https://trojansource.codes) become the replacement character, and every line end `\n`.
 */
export function plainWords(text: string): string {
  return text
    .toWellFormed()
    .replace(/\r\n?|[\u2028\u2029]/g, '\n')
    .replace(/(?![\t\n])\p{Cc}|[\u202a-\u202e\u2066-\u2069]/gu, '\ufffd');
}

export const onOneLine = (text: string): string => plainWords(text).replace(/\s+/gu, ' ').trim();

/** Never cuts in the middle of a character. */
export const cut = (text: string, maxLength: number) =>
  text
    .slice(0, maxLength)
    .replace(/[\ud800-\udbff]$/, '')
    .trim();

/** A title on one line. A headline may contain the name that a visitor typed. */
export const oneLine = (text: string, maxLength: number) => cut(onOneLine(text), maxLength);

/** Keeps a label short, however long a "name" somebody typed. The header shows it in full once. */
export function shorten(label: string, maxLength = 120): string {
  return label.length <= maxLength ? label : `${label.slice(0, maxLength - 1).toWellFormed()}…`;
}

/**
 * An address that may become a link: the web's, of a plausible length, encoded by the URL standard. Anything else a
 * visitor's browser may have sent, such as `javascript:…`, stays text.
 */
export function webAddress(url: string): string | undefined {
  const parsed = url.length <= maxAddressLength ? URL.parse(url) : null;
  return parsed?.protocol === 'https:' || parsed?.protocol === 'http:' ? parsed.href : undefined;
}

/** Browsers and servers cut longer ones. */
const maxAddressLength = 2000;
