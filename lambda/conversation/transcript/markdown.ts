import { renderIn } from './render.ts';
import { onOneLine, plainWords } from './text.ts';

/** For CRMs that render Markdown: paragraphs, line breaks, lists, bold and italics. */
export const renderMarkdown = renderIn(({ colon }) => ({
  headline: (text) => `${bold(text)}\n\n`,
  // The empty line prevents a following `-` from making a heading of another kind.
  heading: (text) => `\n${bold(text)}\n\n`,
  fact: ({ label, value }) => `${bold(label)}${colon}${escapeMarkdown(value)}${lineBreak}`,
  page: (text) => `- ${escapeMarkdown(onOneLine(text))}\n`,
  line: ({ time, speaker, who, text }, more) => {
    const at = (time === null ? '' : ` ${escapeMarkdown(time)}`) + more;
    if (speaker === 'system') return `\n${italic(text)}${at}\n`;
    const name = speaker === 'trigger' ? italic(who) : bold(who);
    return `\n${name}${at}${lineBreak}${escapeMarkdown(text)}\n`;
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

/** Marks around nothing would make a horizontal rule. */
function emphasised(text: string, mark: '*' | '**'): string {
  const words = escapeMarkdown(onOneLine(text));
  return words === '' ? '' : mark + words + mark;
}
