import { html } from 'hono/html';
import type { Html } from './text.ts';

/** A form of one button. Without JavaScript the browser posts it and follows the redirect. */
export function action(
  path: string,
  label: string,
  {
    fields,
    pressed,
    kind = 'plain',
  }: {
    readonly fields: Readonly<Record<string, string>>;
    /** For a switch: whether it is on. */
    readonly pressed?: boolean;
    readonly kind?: 'plain' | 'primary';
  },
): Html {
  return html`<form class="action" method="post" action="${path}">
    ${Object.entries(fields).map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`)}
    <button type="submit" class="${kind}" ${pressed === undefined ? null : html`aria-pressed="${String(pressed)}"`}>${label}</button>
  </form>`;
}
