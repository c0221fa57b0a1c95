import { html } from 'hono/html';
import type { Outcome } from '../../lambda/conversation/model.ts';
import { shownState } from '../../lambda/delivery/delivery.ts';
import { type Entry, type EntryState, stateOf } from '../forwarder/entries.ts';
import { inspectorPath, stateBadge, stateLabels } from './elements.ts';
import { byDay, type Html, isolated, type Times } from './text.ts';

export type Hooks = {
  /** Undefined if the forwarder's store does not answer. */
  readonly entries: readonly Entry[] | undefined;
  /** The only state that is listed; undefined for all. */
  readonly shown: EntryState | undefined;
  readonly current: string | undefined;
  /** Next to the heading, and below it. */
  readonly head: { readonly button: Html | null; readonly below: Html | null };
  /** Shown if there are no entries, and if they cannot be read. */
  readonly words: { readonly empty: Html; readonly unavailable: Html };
};

export function hookList({ entries, shown, current, head, words }: Hooks, times: Times): Html {
  return html`<div class="list-head">
      <div class="line"><h2 id="list-heading">Hooks</h2> ${head.button}</div>
      ${head.below}
      ${entries && filters(entries, shown)}
    </div>
    ${
      entries
        ? entryRows(entries, { shown, current, empty: words.empty }, times)
        : html`<p class="hint" id="unavailable">${words.unavailable}</p>`
    }`;
}

type Rows = Pick<Hooks, 'shown' | 'current'> & { readonly empty: Html };

function entryRows(entries: readonly Entry[], { shown, current, empty }: Rows, times: Times) {
  if (entries.length === 0) return html`<p class="hint" id="no-hooks">${empty}</p>`;
  const found = entries.filter((entry) => shown === undefined || stateOf(entry) === shown);
  return html`<div id="hooks">${byDay(found, {
    at: ({ at }) => at,
    row: (entry) => hookRow(entry, { shown, current }, times),
    times,
  })}</div>`;
}

/** @param options.shown the filter, which stays when the row is opened */
export function hookRow(
  entry: Entry,
  { shown, current }: { readonly shown: EntryState | undefined; readonly current: string | undefined },
  times: Times,
): Html {
  const { id, at } = entry;
  const body = html`<span class="line"><span class="name">${titleOf(entry)}</span> <span class="when">${times.second(at)}</span></span>
    <span class="line"><span class="preview">${kindOf(entry)}${isolated(id)}</span> ${statesOf(entry)}</span>`;
  const query = shown === undefined ? '' : `?show=${shown}`;
  return html`<li id="hook-${id}">
    <a class="item" href="${inspectorPath(id)}${query}" ${id === current ? html`aria-current="page"` : null}>
      <span class="item-body">${body}</span></a>
  </li>`;
}

const chatWords: Record<Outcome, string> = {
  answered: 'Answered chat',
  missed: 'Missed chat',
  offline: 'Offline message',
  dropped: 'Dropped chat',
  automatic: 'Automatic messages',
};

/** The kind of chat, if the title is a person. */
const kindOf = (entry: Entry): string =>
  entry.kind === 'chat' && entry.chat.visitor !== null ? `${chatWords[entry.chat.outcome]} · ` : '';

/** The person's name, if it is known. */
export function titleOf(entry: Entry): Html | string {
  switch (entry.kind) {
    case 'chat': {
      const { visitor, outcome } = entry.chat;
      const who = visitor === null ? chatWords[outcome] : isolated(visitor);
      return entry.copies > 1 ? html`${who} × ${entry.copies}` : who;
    }
    case 'rejected':
      return 'Not a chat';
    case 'spooled':
      return 'Waits for the queue';
    case 'arrival':
      return entry.arrival.status === 200 ? 'Just arrived' : `Answered ${entry.arrival.status}, not kept`;
  }
}

function statesOf(entry: Entry): Html {
  if (entry.kind !== 'chat' || entry.chat.deliveries.length < 2) return stateBadge(stateOf(entry));
  return html`${entry.chat.deliveries.map(
    (delivery) => html`<span class="quiet">${delivery.destination}</span> ${stateBadge(shownState(delivery))} `,
  )}`;
}

const filterable = ['pending', 'held', 'parked', 'rejected', 'dismissed', 'spooled'] as const;

function filters(entries: readonly Entry[], shown: EntryState | undefined): Html {
  const count = (state: EntryState) => entries.filter((entry) => stateOf(entry) === state).length;
  const chip = (href: string, label: string, number: number, isCurrent: boolean) =>
    html`<a class="chip" href="${href}" ${isCurrent ? html`aria-current="true"` : null}>${label} <span>${number}</span></a>`;
  return html`<nav class="chips" aria-label="States">
    ${chip('/inspector', 'All', entries.length, shown === undefined)}
    ${filterable.map((state) => chip(`/inspector?show=${state}`, stateLabels[state], count(state), shown === state))}
  </nav>`;
}
