import { html } from 'hono/html';
import type { Outcome } from '../../../lambda/conversation/model.ts';
import { type Fault, type Faults, isForOneChat } from '../crm/faults.ts';
import { type Entry, type EntryState, stateOf } from '../forwarder/entries.ts';
import { action } from './actions.ts';
import { inspectorPath } from './chat.ts';
import { stateBadge, stateLabels } from './states.ts';
import { byDay, type Html, isolated, plural, type Times } from './text.ts';

export type Hooks = {
  /** Undefined if the forwarder's store does not answer. */
  readonly entries: readonly Entry[] | undefined;
  /** Only these are listed. */
  readonly shown: EntryState | undefined;
  readonly current: string | undefined;
  /** Undefined if no destination is the demo CRM. */
  readonly faults: Faults | undefined;
};

export function hookList({ entries, shown, current, faults }: Hooks, times: Times): Html {
  return html`<div class="list-head">
      <div class="line"><h2 id="list-heading">Hooks</h2> <a class="button small" href="/inspector/new">Send your own</a></div>
      ${faults && faultSwitches(faults, current)}
      ${entries && filters(entries, shown)}
    </div>
    ${entries ? entryRows(entries, shown, current, times) : unavailable}`;
}

function entryRows(
  entries: readonly Entry[],
  shown: EntryState | undefined,
  current: string | undefined,
  times: Times,
) {
  if (entries.length === 0)
    return html`<p class="hint" id="no-hooks">Nothing came yet. Press <b>Send a sample chat</b>.</p>`;
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
    <span class="line"><span class="preview">${isolated(id)}</span> ${statesOf(entry)}</span>`;
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

export function titleOf(entry: Entry): string {
  switch (entry.kind) {
    case 'chat':
      return `${chatWords[entry.chat.outcome]}${entry.copies > 1 ? ` × ${entry.copies}` : ''}`;
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
    ({ destination, state }) => html`<span class="quiet">${destination}</span> ${stateBadge(state)} `,
  )}`;
}

const filterable = ['pending', 'held', 'parked', 'rejected', 'spooled'] as const;

function filters(entries: readonly Entry[], shown: EntryState | undefined): Html {
  const count = (state: EntryState) => entries.filter((entry) => stateOf(entry) === state).length;
  const chip = (href: string, label: string, number: number, isCurrent: boolean) =>
    html`<a class="chip" href="${href}" ${isCurrent ? html`aria-current="true"` : null}>${label} <span>${number}</span></a>`;
  return html`<nav class="chips" aria-label="States">
    ${chip('/inspector', 'All', entries.length, shown === undefined)}
    ${filterable.map((state) => chip(`/inspector?show=${state}`, stateLabels[state], count(state), shown === state))}
  </nav>`;
}

const faultLabels: Record<Fault, string> = {
  'lost-answer': 'Lose the answer',
  'kill-deliver': 'Kill deliver',
  away: 'CRM away',
  slow: 'CRM slow',
};

export const faults = Object.keys(faultLabels) as readonly Fault[];

export const faultWords: Record<Fault, readonly [on: string, off: string]> = {
  'lost-answer': ['The CRM will keep the next chat, and its answer will be lost.', 'No answer will be lost.'],
  'kill-deliver': ['Deliver will be killed while it brings the next chat.', 'Deliver will not be killed.'],
  away: ['The CRM is away: it answers 503 until you bring it back.', 'The CRM is back.'],
  slow: ['The CRM takes four seconds for each answer.', 'The CRM answers at once.'],
};

/** Switches for what can go wrong with the next chats. */
function faultSwitches(state: Faults, current: string | undefined): Html {
  const on = faults.filter(state.isOn);
  return html`<section class="faults" aria-labelledby="faults-heading">
    <h3 id="faults-heading">Break something, then send a chat</h3>
    <div class="switches">${faults.map((fault) => {
      const isOn = state.isOn(fault);
      const fields = { fault, on: isOn ? '' : '1', entry: current ?? '' };
      return action('/inspector/faults', faultLabels[fault], { fields, pressed: isOn });
    })}</div>
    ${on.map((fault) => html`<p class="hint">${faultWords[fault][0]}${isForOneChat(fault) && ' Once.'}</p>`)}
  </section>`;
}

const unavailable: Html = html`<p class="hint" id="unavailable">The forwarder’s store does not answer, so it is unknown what
  was delivered. Look at the output of <code>npm start</code>.</p>`;

export const copiesWords = (count: number, calls: number, notes: number) =>
  `${plural(count, 'copy', 'copies')} came, ${plural(calls, 'call')} went to the CRM, which has ${plural(notes, 'note')}.`;
