import { html } from 'hono/html';
import type { Outcome } from '../../lambda/conversation/model.ts';
import type { EntryState } from '../forwarder/entries.ts';
import { type Html, safe } from './text.ts';

export const inspectorPath = (id: string) => `/inspector/${encodeURIComponent(id)}`;

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

export const stateLabels: Record<EntryState, string> = {
  pending: 'On its way',
  delivered: 'Delivered',
  held: 'Held',
  skipped: 'Skipped',
  parked: 'Parked',
  dismissed: 'Dismissed',
  rejected: 'Rejected',
  spooled: 'Spooled',
};

const meanings: Record<EntryState, string> = {
  pending: 'being delivered, or waiting for its next attempt, for as long as you configure',
  delivered: 'the CRM has it, and said so',
  held: 'nothing identifies the visitor yet; it waits for another chat of theirs',
  skipped: 'a rule excludes it',
  parked: 'the CRM refuses it, or its time is up: an alarm is raised, and somebody must look',
  dismissed: 'parked, held or rejected, and somebody has seen it and wants nothing done',
  rejected: 'not a chat; it is kept all the same, and can be sent again',
  spooled: 'accepted while the queue was away; it is in the table until the queue is back',
};

export const stateBadge = (state: EntryState): Html =>
  html`<span class="badge" data-state="${state}">${stateLabels[state]}</span>`;

export const meaningOf = (state: EntryState) => meanings[state];

export const stateLegend: Html = html`<dl class="legend">${(Object.keys(meanings) as EntryState[]).map(
  (state) => html`<div><dt>${stateBadge(state)}</dt><dd>${meanings[state]}</dd></div>`,
)}</dl>`;

const outcomeLabels: Record<Outcome, string> = {
  answered: 'Answered',
  missed: 'Missed',
  offline: 'Offline',
  dropped: 'Dropped',
  automatic: 'Automatic',
};

export const outcomeBadge = (outcome: Outcome): Html =>
  html`<span class="badge" data-outcome="${outcome}">${outcomeLabels[outcome]}</span>`;

export const ratingBadge = (score: number | null): Html | null =>
  score === null
    ? null
    : html`<span class="rating"><span aria-hidden="true">★</span><span class="visually-hidden">Rated</span> ${score}</span>`;

/** @param label what screen readers announce when it was copied, and the button's name */
export const copyable = (id: string, label: string, text: string): Html => html`<div class="copyable">
  <code id="${id}">${safe(text)}</code>
  <button type="button" class="small" data-copies="${id}" hidden>${label}</button>
</div>`;
