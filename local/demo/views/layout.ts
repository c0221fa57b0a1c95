import { html } from 'hono/html';
import type { Sample } from '../samples/samples.ts';
import type { Html } from './text.ts';

export type Page = {
  readonly title: string;
  readonly shows: 'list' | 'detail';
  readonly list: Html;
  readonly detail: Html;
  readonly samples: readonly Sample[];
  readonly notice: string | undefined;
};

export const eachInTurn = 'next';

/** `screens` overrides the others for narrow screens, so it comes last. */
const stylesheets = ['tokens', 'base', 'top', 'list', 'chat', 'overview', 'screens'];

export function layout({ title, shows, list, detail, samples, notice }: Page): Html {
  return html`<!doctype html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <meta name="color-scheme" content="light dark">
  <title>${title}</title>
  <link rel="icon" href="/demo/icon.svg" type="image/svg+xml">
  ${stylesheets.map((name) => html`<link rel="stylesheet" href="/demo/${name}.css">`)}
  <script type="module" src="/demo/page.js"></script>
</head>
<body data-shows="${shows}">
  <a class="skip" href="#${shows}">Skip to the ${shows === 'list' ? 'contacts' : 'content'}</a>
  <header class="top">
    <h1><a href="/"><img src="/demo/icon.svg" alt="" width="28" height="28"> Demo CRM</a></h1>
    <p id="live" class="live" hidden></p>
    <nav aria-label="Pages">
      <a href="/" ${shows === 'list' ? html`aria-current="page"` : null}>Contacts</a>
      <a href="/deliveries" ${title.startsWith('Hook') ? html`aria-current="page"` : null}>Hook and deliveries</a>
    </nav>
    ${sampleForm(samples)}
  </header>
  <p id="notice" class="notice" role="status">${notice}</p>
  <noscript><p class="notice">Without JavaScript this page does not update itself: reload it to see new chats.</p></noscript>
  <main>
    <section id="list" class="list" aria-labelledby="list-heading" tabindex="-1">${list}</section>
    <section id="detail" class="detail" aria-labelledby="detail-heading" tabindex="0">${detail}</section>
  </main>
</body>
</html>`;
}

const sampleForm = (samples: readonly Sample[]): Html => html`<form id="sample-form" method="post" action="/samples">
  <label for="sample" class="quiet">Sample</label>
  <select id="sample" name="sample">
    <option value="${eachInTurn}">In turn</option>
    ${samples.map(({ name, label }) => html`<option value="${name}">${label}</option>`)}
  </select>
  <button type="submit">Send a sample chat</button>
</form>`;
