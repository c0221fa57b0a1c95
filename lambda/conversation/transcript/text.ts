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

/** Indents all of a visitor's words, so that nothing they type can look like another speaker's message. */
export const renderText = renderIn(({ colon, pagesVisited }) => ({
  headline: (text) => `${onOneLine(text)}\n\n`,
  facts: (facts) => `\n${facts.map(({ label, value }) => onOneLine(label) + colon + onOneLine(value)).join(' · ')}\n`,
  pages: (pages) => `\n${pagesVisited}${colon.trimEnd()}\n${pages.map(pageLine).join('')}`,
  page: (text) => `  ${onOneLine(text)}\n`,
  line: ({ time, speaker, text }, heading) => {
    const at = time === null ? '' : `${time} `;
    if (speaker === 'system') return `\n– ${at}${indented(text)}\n`;
    const words = `  ${at}${indented(text)}\n`;
    return heading === undefined ? words : `\n${onOneLine(heading)}\n${words}`;
  },
  reference: (text) => `\n${onOneLine(text)}\n`,
}));

const pageLine = ({ url, title }: { readonly url: string; readonly title: string | null }) =>
  `  ${onOneLine(title === null ? url : `${title} – ${url}`)}\n`;

/** Deeper than the time at a message's beginning, so that no line of it looks like the next message. */
const indented = (text: string) => plainWords(text).replace(/\n(?=.)/g, '\n    ');
