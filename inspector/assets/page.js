/**
 * Refreshes the page when something changed, shows each hook as it comes, sends the forms, and copies text. Without it,
 * everything works by reloading.
 */

import { merge } from './merge.js';

const notice = document.getElementById('notice');
const live = document.getElementById('live');
const list = document.getElementById('list');

let fading;

/** Shows a message for a while, and announces it to screen readers. */
function announce(text, { stays = false } = {}) {
  notice.classList.add('toast');
  notice.textContent = text;
  clearTimeout(fading);
  if (!stays) fading = setTimeout(() => notice.replaceChildren(), 10_000);
}

// --- Renewing -------------------------------------------------------------------------------------------------------

let renewing = false;
let renewAgain = false;

async function renew() {
  renewAgain = renewing;
  if (renewing) return;
  renewing = true;
  try {
    const response = await fetch(location.pathname + location.search, { headers: { Accept: 'text/html' } });
    if (response.headers.get('Content-Type')?.startsWith('text/html')) takeOver(await response.text());
  } catch {
    // The server does not answer; the event stream refreshes the page once it does.
  } finally {
    renewing = false;
    if (renewAgain) renew();
  }
}

function takeOver(markup) {
  const next = new DOMParser().parseFromString(markup, 'text/html');
  document.title = next.title;
  showScriptedControls(next);
  const known = new Set(Array.from(document.querySelectorAll('[data-announce]'), ({ id }) => id));
  const focused = document.activeElement;
  const focusedId = focused?.closest('[id]')?.id;
  for (const id of ['list', 'detail']) {
    const fresh = next.getElementById(id);
    if (fresh) merge(document.getElementById(id), document.adoptNode(fresh));
  }
  if (focused && focused !== document.activeElement) restoreFocus(focused, focusedId);
  const added = [...document.querySelectorAll('[data-announce]')].filter(({ id }) => !known.has(id));
  if (searched) return;
  for (const item of added) item.classList.add('new');
  if (added.length === 1) announce(`${added[0].dataset.announce}.`);
  if (added.length > 1) announce(`${added.length} new chats.`);
}

/** Moving an element removes its focus. If it was replaced, its ancestor with an id is still there. */
function restoreFocus(focused, id) {
  const target = focused.isConnected ? focused : id && document.getElementById(id)?.querySelector('a, button');
  target?.focus({ preventScroll: true });
}

// --- Listening ------------------------------------------------------------------------------------------------------

let stream;

/** Browsers limit the connections to a server, so a hidden page closes its own. */
function listen() {
  stream?.close();
  stream = undefined;
  if (document.hidden) return;
  stream = new EventSource('/events');
  stream.addEventListener('changed', renew);
  stream.addEventListener('hook', ({ data }) => showHook(data));
  stream.addEventListener('open', () => {
    showLive(true);
    renew();
  });
  stream.addEventListener('error', () => {
    showLive(false);
    // The browser does not reconnect after an answer that is not a stream.
    if (stream?.readyState === EventSource.CLOSED) setTimeout(listen, 3000);
  });
}

/** Puts the row of a hook on top at once; what became of it follows with the next renewal. */
function showHook(markup) {
  const rows = document.querySelector('#hooks .rows');
  const row = new DOMParser().parseFromString(markup, 'text/html').querySelector('li');
  if (!rows || !row || document.getElementById(row.id)) return;
  row.classList.add('new');
  rows.prepend(document.adoptNode(row));
}

function showLive(connected) {
  live.hidden = false;
  live.dataset.connected = String(connected);
  live.textContent = connected ? 'Live' : 'Connecting again…';
}

document.addEventListener('visibilitychange', listen);
listen();

// --- Forms ----------------------------------------------------------------------------------------------------------

document.addEventListener('submit', async (event) => {
  const form = event.target;
  if (form.method !== 'post') return;
  event.preventDefault();
  const { submitter } = event;
  if (submitter?.getAttribute('aria-disabled') === 'true') return;
  submitter?.setAttribute('aria-disabled', 'true');
  try {
    const response = await fetch(form.action, {
      method: 'POST',
      headers: { Accept: 'application/json' },
      body: new URLSearchParams(new FormData(form, submitter)),
    });
    const { words, path, title, detail } = await response.json();
    if (!words) announce(`${title}. ${detail}`, { stays: true });
    else if (response.ok && new URL(path, location).pathname !== location.pathname) location.assign(path);
    else announce(words, { stays: !response.ok });
  } catch {
    announce(document.body.dataset.gone, { stays: true });
  } finally {
    submitter?.removeAttribute('aria-disabled');
  }
});

// --- Searching ------------------------------------------------------------------------------------------------------

let searched = false;
let searching;

list.addEventListener('input', ({ target }) => {
  if (target.type !== 'search') return;
  clearTimeout(searching);
  searching = setTimeout(async () => {
    const url = new URL(location.href);
    url.searchParams.set('q', target.value);
    if (target.value === '') url.searchParams.delete('q');
    history.replaceState(null, '', url);
    searched = true;
    await renew();
    searched = false;
  }, 150);
});

// --- Copying --------------------------------------------------------------------------------------------------------

document.addEventListener('click', async ({ target }) => {
  const button = target.closest?.('[data-copies]');
  if (!button) return;
  await navigator.clipboard.writeText(document.getElementById(button.dataset.copies).textContent);
  announce('Copied.');
});

/** The clipboard needs a script and a trusted page: localhost or HTTPS. */
function showScriptedControls(within) {
  if (!navigator.clipboard) return;
  for (const button of within.querySelectorAll('[data-copies]')) button.hidden = false;
}
showScriptedControls(document);

// --- The list keeps its place from row to row, and shows the row that is open ------------------------------------------

const place = `list-scroll ${document.body.dataset.view}`;
list.scrollTop = Number(sessionStorage.getItem(place) ?? 0);
addEventListener('pagehide', () => sessionStorage.setItem(place, String(list.scrollTop)));
showRow(list.querySelector('[aria-current="page"]'));

/** Not with scrollIntoView, which would also make the Tab key go on from there. */
function showRow(row) {
  if (!row) return;
  const top = row.offsetTop - list.querySelector('.list-head').offsetHeight;
  const bottom = row.offsetTop + row.offsetHeight - list.clientHeight;
  list.scrollTop = Math.max(bottom, Math.min(top, list.scrollTop));
}
