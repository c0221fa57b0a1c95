import { onOneLine, plainWords } from './plain-words.ts';
import { renderIn } from './render.ts';

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
