import { html } from 'hono/html';

/** What a view returns: markup in which every value has been escaped. */
export type Html = ReturnType<typeof html>;

/**
 * A visitor's text, fit for a page: characters that no page may hold, or that turn the text around them, are shown as
 * the replacement character. The template escapes the rest.
 */
export function safe(text: string): string {
  return text
    .toWellFormed()
    .replace(/\r\n?/g, '\n')
    .replace(/(?![\t\n])\p{Cc}|[\u202a-\u202e\u2066-\u2069]/gu, '\ufffd');
}

/** The same in an element of its own direction, so that Arabic beside Latin moves nothing but itself. */
export const isolated = (text: string): Html => html`<bdi>${safe(text)}</bdi>`;

export const plural = (count: number, one: string, many = `${one}s`) =>
  `${count.toLocaleString('en-GB')} ${count === 1 ? one : many}`;
