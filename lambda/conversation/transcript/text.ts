import { renderIn } from './render.ts';

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

/**
 * The transcript for fields that take no markup. Whatever goes on over several lines is indented, so that nothing that
 * a visitor types can pass for the beginning of somebody else's words.
 */
export const renderText = renderIn(({ colon }) => ({
  headline: (text) => `${onOneLine(text)}\n\n`,
  heading: (text) => `\n${onOneLine(text)}\n`,
  fact: ({ label, value }) => `${onOneLine(label)}${colon}${indented(value)}\n`,
  page: (text) => `- ${indented(text)}\n`,
  line: ({ time, speaker, who, text }, more) => {
    const at = time === null ? '' : `${time} `;
    if (speaker === 'system') return `\n${at}${indented(text)}${more}\n`;
    return `\n${at}${onOneLine(who)}${more}${colon.trimEnd()}\n  ${indented(text)}\n`;
  },
  reference: (text) => `\n${onOneLine(text)}\n`,
}));

const indented = (text: string) => plainWords(text).replace(/\n/g, '\n  ');
