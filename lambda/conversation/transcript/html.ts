import { renderIn } from './render.ts';

/** Uses only tags that every CRM keeps in notes. */
export const renderHtml = renderIn(({ colon }) => ({
  headline: strong,
  heading: strong,
  fact: ({ label, value }) => `<p>${isolate(label)}${escapeHtml(colon)}${isolate(value)}</p>`,
  page: (text) => `<p>${isolate(text)}</p>`,
  line: ({ time, speaker, who, text }, more) => {
    const at = (time === null ? '' : ` <em>${escapeHtml(time)}</em>`) + escapeHtml(more);
    switch (speaker) {
      case 'system':
        return `<p><em>${isolate(text)}</em>${at}</p>`;
      case 'trigger':
        return `<p><em>${isolate(who)}</em>${at}<br><em>${isolate(text)}</em></p>`;
      case 'visitor':
      case 'agent':
        return `<p><strong>${isolate(who)}</strong>${at}<br>${isolate(text)}</p>`;
    }
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

const strong = (text: string) => `<p><strong>${escapeHtml(text)}</strong></p>`;

/** Confines a right-to-left override in a visitor's text to that text. */
const isolate = (text: string) => `<bdi>${escapeHtml(text)}</bdi>`;
