/** A leading one makes a spreadsheet read a cell as a formula, also in full width or after invisible characters. */
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

/** A name of which no part begins with them, since a CRM stores first and last names separately. */
export const nameWithoutFormulas = (name: string): string => name.replace(atStartOfWords, '$1').trim();
