/**
 * A visitor's text for where no element keeps it apart: characters that steer a terminal or turn the text around them
 * (https://trojansource.codes) are shown as the replacement character, and every line end is `\n`.
 */
export function plainWords(text: string): string {
  return text
    .toWellFormed()
    .replace(/\r\n?|[\u2028\u2029]/g, '\n')
    .replace(/(?![\t\n])\p{Cc}|[\u202a-\u202e\u2066-\u2069]/gu, '\ufffd');
}

/** The same on one line, for what stands beside something else. */
export const onOneLine = (text: string): string => plainWords(text).replace(/\s+/gu, ' ').trim();
