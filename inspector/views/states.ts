import { html } from 'hono/html';
import type { EntryState } from '../forwarder/entries.ts';
import type { Html } from './text.ts';

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
