import { renderIn } from './render.ts';

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

/** Indents continuation lines, so that nothing a visitor types can look like another speaker's message. */
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
