import { html } from 'hono/html';
import type { Html } from './text.ts';

export type Page<View extends string> = {
  readonly title: string;
  readonly view: View;
  /** A narrow screen shows only this half. */
  readonly shows: 'list' | 'detail';
  readonly list: Html;
  readonly detail: Html;
  readonly notice: string | undefined;
};

/** The frame around a list and a detail. */
export type Frame<View extends string> = {
  /** Follows the page's title in the browser's tab. */
  readonly nameOf: (view: View) => string;
  readonly home: string;
  readonly heading: string;
  readonly tabs: readonly (readonly [View, path: string, label: string])[];
  readonly stylesheets: readonly string[];
  /** On the right of the header. */
  readonly tools: (view: View) => Html;
  /** Shown when the server does not answer. */
  readonly gone: string;
};

export const createLayout =
  <View extends string>(frame: Frame<View>) =>
  ({ title, view, shows, list, detail, notice }: Page<View>): Html =>
    html`<!doctype html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <meta name="color-scheme" content="light dark">
  <title>${title} · ${frame.nameOf(view)}</title>
  <link rel="icon" href="/assets/icon.svg" type="image/svg+xml">
  ${frame.stylesheets.map((name) => html`<link rel="stylesheet" href="/assets/${name}.css">`)}
  <script type="module" src="/assets/page.js"></script>
</head>
<body data-shows="${shows}" data-view="${view}" data-gone="${frame.gone}">
  <a class="skip" href="#${shows}">Skip to the ${shows === 'list' ? 'list' : 'content'}</a>
  <header class="top">
    <h1><a href="${frame.home}"><img src="/assets/icon.svg" alt="" width="28" height="28"> ${frame.heading}</a></h1>
    ${
      frame.tabs.length > 0 &&
      html`<nav aria-label="Views">${frame.tabs.map(
        ([name, path, label]) =>
          html`<a href="${path}" ${name === view ? html`aria-current="true"` : null}>${label}</a>`,
      )}</nav>`
    }
    <p id="live" class="live" hidden></p>
    ${frame.tools(view)}
  </header>
  <p id="notice" class="notice" role="status">${notice}</p>
  <noscript><p class="notice">Without JavaScript this page does not update itself: reload it to see new chats.</p></noscript>
  <main>
    <section id="list" class="list" aria-labelledby="list-heading" tabindex="-1">${list}</section>
    <section id="detail" class="detail" aria-labelledby="detail-heading" tabindex="0">${detail}</section>
  </main>
</body>
</html>`;
