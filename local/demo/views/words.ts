import { html } from 'hono/html';
import type { Outcome } from '../../../lambda/conversation/model.ts';
import type { DeliveryState } from '../../../lambda/conversation/status.ts';
import type { Html } from './text.ts';

const outcomes: Record<Outcome, string> = {
  answered: 'Answered',
  missed: 'Missed',
  offline: 'Offline message',
  dropped: 'Dropped',
  automatic: 'Automatic only',
};

const states: Record<DeliveryState, string> = {
  pending: 'Pending',
  delivered: 'Delivered',
  held: 'Held',
  skipped: 'Skipped',
  parked: 'Parked',
};

/** What each state asks of whoever reads it. */
export const stateMeanings: Record<DeliveryState, string> = {
  pending: 'on its way; tried again by itself',
  delivered: 'the CRM has it',
  held: 'the visitor left no way to be recognised yet',
  skipped: 'a rule says that it does not go there',
  parked: 'somebody must look at it; not tried again by itself',
};

export const nameOf = ({ name, email }: { readonly name: string | null; readonly email: string | null }) =>
  name ?? email ?? 'Anonymous visitor';

export const outcomeBadge = (outcome: Outcome): Html =>
  html`<span class="badge" data-outcome="${outcome}">${outcomes[outcome]}</span>`;

export const stateBadge = (state: DeliveryState): Html =>
  html`<span class="badge" data-state="${state}">${states[state]}</span>`;

export const ratingBadge = (score: number | null): Html | null =>
  score === null
    ? null
    : html`<span class="rating"><span aria-hidden="true">★</span><span class="visually-hidden">Rated</span> ${score}</span>`;
