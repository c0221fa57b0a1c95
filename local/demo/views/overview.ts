import { html } from 'hono/html';
import type { Board } from '../crm/board.ts';
import { allDeliveries, stateLegend } from './deliveries.ts';
import type { Html, Times } from './text.ts';

export function overview(board: Board, hook: { readonly url: string; readonly curl: string }, times: Times): Html {
  return html`<div class="overview">
    <h2 id="detail-heading">Hook and deliveries</h2>
    <section class="card" aria-labelledby="hook-heading">
      <h3 id="hook-heading">Your hook</h3>
      <p>A body that is posted here in Smartsupp’s format becomes a chat. Anyone who knows the URL can post, so keep it
        secret.</p>
      ${copyable('hook-url', 'Copy the URL', hook.url)}
      <p>Try it from a terminal. Run it twice: it stays one chat. With another <code>channel.id</code> it is another one.</p>
      ${copyable('curl-line', 'Copy the line', hook.curl)}
    </section>
    <section class="card" aria-labelledby="deliveries-heading">
      <h3 id="deliveries-heading">Every chat received, and where it stands</h3>
      ${stateLegend}
      ${allDeliveries(board, times)}
    </section>
  </div>`;
}

const copyable = (id: string, label: string, text: string): Html => html`<div class="copyable">
  <code id="${id}">${text}</code>
  <button type="button" data-copies="${id}" hidden>${label}</button>
</div>`;

/**
 * A command for a POSIX shell. Its chat has the same id until the next start, so that a second run makes no second
 * chat.
 */
export function curlLine(hookUrl: string, sentAt: number): string {
  const chat = {
    accountId: 100200,
    beginAt: sentAt,
    channel: { id: Math.floor(sentAt / 1000) },
    visitor: { name: 'You', email: 'you@example.com' },
    messages: [{ type: 'visitor', content: 'Hello from curl!', sentAt }],
  };
  return `curl -i '${hookUrl}' -H 'Content-Type: application/json' -d '${JSON.stringify(chat)}'`;
}
