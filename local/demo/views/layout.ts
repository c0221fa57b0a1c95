import { html } from 'hono/html';
import { eachInTurn } from '../forwarder/sender.ts';
import { samples } from '../samples/samples.ts';
import type { Html } from './text.ts';

export type View = 'conversations' | 'contacts' | 'inspector';

export type Page = {
  readonly title: string;
  readonly view: View;
  /** A narrow screen shows only this half. */
  readonly shows: 'list' | 'detail';
  readonly list: Html;
  readonly detail: Html;
  readonly notice: string | undefined;
};

const tabs: readonly (readonly [View, path: string, label: string])[] = [
  ['conversations', '/', 'Conversations'],
  ['contacts', '/contacts', 'Contacts'],
  ['inspector', '/inspector', 'Inspector'],
];

/** `screens` overrides the others for narrow screens, so it comes last. */
const stylesheets = ['tokens', 'base', 'controls', 'top', 'list', 'person', 'chat', 'inspector', 'screens'];

export function layout({ title, view, shows, list, detail, notice }: Page): Html {
  return html`<!doctype html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <meta name="color-scheme" content="light dark">
  <title>${title} · ${view === 'inspector' ? 'Forwarder' : 'Demo CRM'}</title>
  <link rel="icon" href="/demo/icon.svg" type="image/svg+xml">
  ${stylesheets.map((name) => html`<link rel="stylesheet" href="/demo/${name}.css">`)}
  <script type="module" src="/demo/page.js"></script>
</head>
<body data-shows="${shows}" data-view="${view}">
  <a class="skip" href="#${shows}">Skip to the ${shows === 'list' ? 'list' : 'content'}</a>
  <header class="top">
    <h1><a href="/"><img src="/demo/icon.svg" alt="" width="28" height="28"> Demo CRM</a></h1>
    <nav aria-label="Views">${tabs.map(
      ([name, path, label]) => html`<a href="${path}" ${name === view ? html`aria-current="true"` : null}>${label}</a>`,
    )}</nav>
    <p id="live" class="live" hidden></p>
    ${sampleForm(view)}
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

const sampleForm = (view: View): Html => html`<form class="sample" method="post" action="/samples">
  <input type="hidden" name="opens" value="${view === 'inspector' ? 'inspector' : 'chat'}">
  <label for="sample" class="visually-hidden">Sample</label>
  <select id="sample" name="sample">
    <option value="${eachInTurn}">Each in turn</option>
    ${samples.map(({ name, label }) => html`<option value="${name}">${label}</option>`)}
  </select>
  <button type="submit" class="primary">Send a sample chat</button>
</form>`;
