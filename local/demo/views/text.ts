import { html } from 'hono/html';
import type { Instant, Outcome } from '../../../lambda/conversation/model.ts';
import type { DeliveryState } from '../../../lambda/conversation/status.ts';

/** Markup with every value escaped. */
export type Html = ReturnType<typeof html>;

/** Replaces characters that HTML does not allow or that change the text's direction. The template escapes the rest. */
export function safe(text: string): string {
  return text
    .toWellFormed()
    .replace(/\r\n?/g, '\n')
    .replace(/(?![\t\n])\p{Cc}|[\u202a-\u202e\u2066-\u2069]/gu, '\ufffd');
}

/** Isolated in its own element, so that its direction does not affect the text around it. */
export const isolated = (text: string): Html => html`<bdi>${safe(text)}</bdi>`;

export const plural = (count: number, one: string, many = `${one}s`) =>
  `${count.toLocaleString('en-GB')} ${count === 1 ? one : many}`;

export type Times = {
  /** `22 Nov 2026, 16:33` in a `<time>` element. */
  readonly moment: (at: Instant) => Html;
  /** The label in a `<time>` element; the label alone if the time is unknown. */
  readonly labelled: (label: string, at: Instant | null | undefined) => Html;
};

export function createTimes(timezone: string): Times {
  const format = new Intl.DateTimeFormat('en-GB', {
    timeZone: timezone,
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  });
  return {
    moment: (at) => html`<time datetime="${at}">${format.format(new Date(at))}</time>`,
    labelled: (label, at) => (at ? html`<time datetime="${at}">${label}</time>` : html`<span>${label}</span>`),
  };
}

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

export const stateMeanings: Record<DeliveryState, string> = {
  pending: 'on its way; retried automatically',
  delivered: 'the CRM has it',
  held: 'the visitor has left no address or number yet',
  skipped: 'excluded by a rule',
  parked: 'somebody must look at it; not retried automatically',
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
