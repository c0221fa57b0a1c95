/**
 * The characters that make a spreadsheet take a cell for a formula if they stand first, also in full width, and what may stand unseen
 * before it.
 */
const opening = String.raw`[=+\-@＝＋－＠\p{Cc}\p{Cf}]`;
const atStart = new RegExp(String.raw`^(?:${opening}|\s)+`, 'u');
const atStartOfWords = new RegExp(`(^|[\\s,])${opening}+`, 'gu');

/** A number, a phone number or an e-mail address calculates nothing. */
const harmless = /^[+-]?(?:\d[\d\s().,/-]*|[\w.+-]+@[\w-]+(?:\.[\w-]+)+)$/;

/**
 * A text that is no formula when somebody exports the CRM to a spreadsheet: "ensure that no cells begin with" these
 * characters (https://owasp.org/www-community/attacks/CSV_Injection). They are left out: an apostrophe before them would
 * be read by everybody who looks at the CRM.
 */
export const withoutFormula = (text: string): string => (harmless.test(text) ? text : text.replace(atStart, ''));

/** A name of which no part begins with them, since a CRM keeps the first name and the last by themselves. */
export const nameWithoutFormulas = (name: string): string => name.replace(atStartOfWords, '$1').trim();
