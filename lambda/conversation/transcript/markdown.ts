import { onOneLine, plainWords, webAddress } from '../clean-text.ts';
import { renderIn } from './render.ts';

/** For CRMs that render Markdown: paragraphs, line breaks, lists, bold and italics. */
export const renderMarkdown = renderIn(({ colon, pagesVisited }) => ({
  headline: (text) => `${bold(text)}\n\n`,
  facts: (facts) =>
    `\n${facts.map(({ label, value }) => escapeMarkdown(onOneLine(label) + colon + onOneLine(value))).join(' · ')}\n`,
  pages: (pages) =>
    `\n${escapeMarkdown(pagesVisited + colon)}${pages.map(({ url, title }) => link(url, title)).join(' → ')}\n`,
  page: (text) => `\n${escapeMarkdown(onOneLine(text))}\n`,
  line: ({ time, speaker, text }, heading) => {
    const at = time === null ? '' : `${italic(time)} `;
    if (speaker === 'system') return `\n${at}${italic(text)}\n`;
    const above = heading === undefined ? '' : `${bold(heading)}${lineBreak}`;
    return `\n${above}${at}${escapeMarkdown(text)}\n`;
  },
  reference: (text) => `\n${italic(text)}\n`,
}));

const lineBreak = '  \n';

/**
 * Escapes text for every flavour of Markdown: no markup, no HTML, no automatic links, no mentions, and every line end
 * kept.
 *
 * Characters become numeric entities, which CommonMark never takes for structure
 * (https://spec.commonmark.org/0.31.2/#entity-and-numeric-character-references). Backslashes would not do: EspoCRM
 * itself puts one before each `<`, so that ours would free the tag after it, and it looks for mentions (`@name`) before
 * it reads any Markdown (https://github.com/espocrm/espocrm: client/src/view-helper.js, Hooks/Note/Mentions.php).
 */
export function escapeMarkdown(text: string): string {
  return plainWords(text)
    .replace(/[\\`*_[\]<>&~|@]|:(?=\/\/)/g, entity)
    .replace(/(www)\./gi, '$1&#46;')
    .replace(/^[ \t]+/gm, (indent) => entity('\u00a0').repeat(indent.length))
    .replace(/^[#+\-=:]/gm, entity)
    .replace(/^(\d+)([.)])/gm, (_, digits: string, mark: string) => digits + entity(mark))
    .replace(/\n/g, lineBreak);
}

const entity = (character: string) => `&#${character.charCodeAt(0)};`;

const bold = (text: string) => emphasised(text, '**');
const italic = (text: string) => emphasised(text, '*');

/** Percent-encodes what would end the link, and what EspoCRM takes for a mention or for another link. */
function link(url: string, title: string | null): string {
  const address = webAddress(url)?.replace(/[()[\]<>\\`*~|@]|(?<=\/\/.*):(?=\/\/)/g, percentEncoded);
  const text = escapeMarkdown(onOneLine(title ?? url));
  return address === undefined ? text : `[${text}](${address})`;
}

const percentEncoded = (character: string) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`;

/** Marks around nothing would make a horizontal rule. */
function emphasised(text: string, mark: '*' | '**'): string {
  const words = escapeMarkdown(onOneLine(text));
  return words === '' ? '' : mark + words + mark;
}
