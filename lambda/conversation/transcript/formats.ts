import { onOneLine, plainWords, webAddress } from '../clean-text.ts';
import { renderIn } from './render.ts';

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

/** Uses only tags that every CRM keeps in notes. */
export const renderHtml = renderIn(({ colon, pagesVisited }) => ({
  headline: (text) => `<p><strong>${escapeHtml(text)}</strong></p>`,
  facts: (facts) =>
    `<p>${facts.map(({ label, value }) => isolate(label) + escapeHtml(colon) + isolate(onOneLine(value))).join(' · ')}</p>`,
  pages: (pages) =>
    `<p>${escapeHtml(pagesVisited + colon)}${pages.map(({ url, title }) => link(url, title)).join(' → ')}</p>`,
  page: (text) => `<p>${isolate(text)}</p>`,
  line: ({ time, speaker, text }, heading) => {
    const at = time === null ? '' : `<em>${escapeHtml(time)}</em> `;
    if (speaker === 'system') return `<p>${at}<em>${isolate(text)}</em></p>`;
    const words = at + (speaker === 'trigger' ? `<em>${isolate(text)}</em>` : isolate(text));
    return heading === undefined ? `<p>${words}</p>` : `<p><strong>${isolate(heading)}</strong><br>${words}</p>`;
  },
  reference: (text) => `<p><em>${escapeHtml(text)}</em></p>`,
}));

/** Escapes for text and attributes, and replaces characters that HTML must not contain. Line ends become `<br>`. */
export function escapeHtml(text: string): string {
  return text.toWellFormed().replace(/\r\n|(?!\t)[\p{Cc}&<>"']/gu, (found) => entities[found] ?? '\ufffd');
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
  '\r\n': '<br>',
  '\r': '<br>',
  '\n': '<br>',
};

function link(url: string, title: string | null): string {
  const address = webAddress(url);
  const text = isolate(onOneLine(title ?? url));
  return address === undefined ? text : `<a href="${escapeHtml(address)}">${text}</a>`;
}

/** Confines a right-to-left override in a visitor's text to that text. */
const isolate = (text: string) => `<bdi>${escapeHtml(text)}</bdi>`;
