import { renderIn } from './render.ts';

/** The transcript in the few tags that every CRM's notes keep. */
export const renderHtml = renderIn(({ colon }) => ({
  headline: strongly,
  heading: strongly,
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

/** Escapes for text and for attributes, and replaces what no HTML document may hold. Line ends become `<br>`. */
export function escapeHtml(text: string): string {
  return text.toWellFormed().replace(/\r\n|(?!\t)[\p{Cc}&<>"']/gu, (found) => written[found] ?? '\ufffd');
}

const written: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
  '\r\n': '<br>',
  '\r': '<br>',
  '\n': '<br>',
};

const strongly = (text: string) => `<p><strong>${escapeHtml(text)}</strong></p>`;

/** A right-to-left override in a visitor's words ends with them, and cannot turn round the words beside it. */
const isolate = (text: string) => `<bdi>${escapeHtml(text)}</bdi>`;
