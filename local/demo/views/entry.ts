import { html } from 'hono/html';
import type { Delivery, PastAttempt } from '../../../lambda/delivery/delivery.ts';
import type { Call } from '../crm/calls.ts';
import { type Entry, stateOf } from '../forwarder/entries.ts';
import { action } from './actions.ts';
import { inspectorPath } from './chat.ts';
import { copiesWords, titleOf } from './hooks.ts';
import { chatPath } from './lists.ts';
import { meaningOf, stateBadge } from './states.ts';
import { copyable, type Html, isolated, plural, safe, type Times } from './text.ts';

/** How many copies "at once" are. */
export const manyCopies = 20;

export type EntryView = {
  readonly entry: Entry;
  /** As it came; undefined if it is not in the table. */
  readonly body: Uint8Array | undefined;
  readonly calls: readonly Call[];
  readonly isInCrm: boolean;
};

export function entryPage({ entry, body, calls, isInCrm }: EntryView, times: Times): Html {
  const { id, at } = entry;
  return html`<article class="entry" id="open-hook-${id}">
    <p class="back"><a href="/inspector">All hooks</a></p>
    <header>
      <h2 id="detail-heading">${titleOf(entry)}</h2>
      <p class="row">${stateBadge(stateOf(entry))} <code>${isolated(id)}</code> <span class="quiet">${times.moment(at)}</span></p>
    </header>
    ${
      body &&
      html`<div class="actions">
      ${action('/inspector/replay', 'Send again', { fields: { id }, kind: 'primary' })}
      ${action('/inspector/copies', `Send it ${manyCopies} times at once`, { fields: { id } })}
      <a class="button" href="/inspector/new?edit=${encodeURIComponent(id)}">Edit and send</a>
      ${isInCrm && html`<a class="button" href="${chatPath(id)}">See it in the CRM</a>`}
    </div>`
    }
    ${whatBecame(entry, times)}
    ${calls.length > 0 && callsOf(entry, calls, isInCrm, times)}
    ${body ? whatCame(id, body) : html`<p class="hint">${bodyMissing(entry)}</p>`}
    ${body && entry.kind === 'chat' && preview(id)}
  </article>`;
}

function whatBecame(entry: Entry, times: Times): Html {
  switch (entry.kind) {
    case 'chat':
      return html`${entry.chat.deliveries.map((delivery) => deliveryCard(delivery, times))}
        ${entry.chat.deliveries.length === 0 && html`<p class="hint">No destination has it yet.</p>`}`;
    case 'rejected': {
      const { reason, detail, faults, copies } = entry.rejected;
      return html`<section class="card" aria-labelledby="why-heading">
        <h3 id="why-heading">Why it was refused</h3>
        <p><code>${reason}</code> ${isolated(detail)}</p>
        ${
          faults.length > 0 &&
          html`<ul class="problems">${faults.map(
            (fault) => html`<li><code>${isolated(fault.pointer || '/')}</code> ${isolated(fault.detail)}</li>`,
          )}</ul>`
        }
        <p class="quiet">Kept once, however often it comes: ${plural(copies, 'time')} until now.</p>
      </section>`;
    }
    case 'spooled':
      return html`<p class="hint">${meaningOf('spooled')}. The sweep puts it there within a minute.</p>`;
    case 'arrival': {
      const { status, durationMs, bytes, detail } = entry.arrival;
      return html`<section class="card" aria-label="Answer">
        <p>Answered ${status} after ${durationMs} ms; ${plural(bytes, 'byte')}. ${detail && isolated(detail)}</p>
      </section>`;
    }
  }
}

const bodyMissing = (entry: Entry) =>
  entry.kind === 'arrival' && entry.arrival.status !== 200
    ? 'It was not kept.'
    : 'Its body is on the queue. It appears here as soon as deliver has stored it.';

function deliveryCard(delivery: Delivery, times: Times): Html {
  const { destination, state, attempts, reason, warnings, nextAttemptAt, leaseUntil, holdUntil, inDoubt, history } =
    delivery;
  return html`<section class="card" id="delivery-${destination}" aria-labelledby="delivery-${destination}-heading">
    <div class="row"><h3 id="delivery-${destination}-heading">${destination}</h3> ${stateBadge(state)}
      <span class="quiet">${plural(attempts, 'attempt')}</span></div>
    <p class="quiet">${meaningOf(state)}</p>
    ${reason && reason !== history.at(-1)?.reason && html`<p class="reason">${isolated(reason)}</p>`}
    ${inDoubt && state !== 'delivered' && html`<p class="reason">The last attempt may have written it, so the next one makes sure first: one note, whatever happened.</p>`}
    ${
      state === 'pending' && leaseUntil
        ? html`<p class="quiet">Being delivered; if that process dies, another takes over at ${times.second(leaseUntil)}</p>`
        : state === 'pending' &&
          nextAttemptAt &&
          html`<p class="quiet">Next attempt at ${times.second(nextAttemptAt)}, or at once with <i>Send again</i></p>`
    }
    ${warnings.length > 0 && html`<p class="reason">The CRM did not accept: ${isolated(warnings.join(', '))}</p>`}
    ${state === 'held' && holdUntil !== null && html`<p class="quiet">Until ${times.moment(holdUntil)}</p>`}
    ${history.length > 0 && html`<ol class="timeline">${history.map((attempt) => attemptRow(attempt, times))}</ol>`}
    ${crmIds(delivery)}
  </section>`;
}

const attemptOutcomes: Record<PastAttempt['outcome'], string> = {
  delivered: 'Delivered',
  held: 'Held',
  skipped: 'Skipped',
  parked: 'Parked',
  retry: 'Not delivered, again later',
  crashed: 'The process died',
};

function attemptRow({ startedAt, durationMs, outcome, reason }: PastAttempt, times: Times): Html {
  return html`<li data-outcome="${outcome}">${times.second(startedAt)} <b>${attemptOutcomes[outcome]}</b>
    ${durationMs !== null && html`<span class="quiet">after ${durationMs} ms</span>`}
    ${reason && html`<span class="reason">${isolated(reason)}</span>`}</li>`;
}

function crmIds({ contactId, logId, followUpId, files }: Delivery): Html {
  const ids = [
    ['Contact', contactId],
    ['Note', logId],
    ['Follow-up', followUpId],
    ['Files', files.map(({ id }) => id).join(', ') || null],
  ] as const;
  const known = ids.filter(([, id]) => id !== null);
  if (known.length === 0) return html``;
  return html`<dl class="ids">${known.map(([label, id]) => html`<div><dt>${label}</dt><dd><code>${isolated(id ?? '')}</code></dd></div>`)}</dl>`;
}

function callsOf(entry: Entry, calls: readonly Call[], isInCrm: boolean, times: Times): Html {
  const copies = entry.kind === 'chat' ? entry.copies : 0;
  return html`<section class="card" aria-labelledby="calls-heading">
    <h3 id="calls-heading">What the demo CRM answered</h3>
    ${copies > 0 && html`<p id="promise">${copiesWords(copies, calls.length, isInCrm ? 1 : 0)}</p>`}
    <p class="quiet">Since this start of <code>npm start</code>.</p>
    <ol class="timeline">${calls.map(
      ({ at, answer, isGood }) =>
        html`<li data-outcome="${isGood ? 'delivered' : 'retry'}">${times.second(at)} ${answer}</li>`,
    )}</ol>
  </section>`;
}

/** A longer body is slow to show; it opens in full on its own. */
const maxShown = 100_000;

function whatCame(id: string, body: Uint8Array): Html {
  const text = readable(body);
  return html`<section class="card" aria-labelledby="body-heading">
    <div class="row"><h3 id="body-heading">What came</h3> <span class="quiet">${plural(body.length, 'byte')}</span>
      <a class="quiet" href="${inspectorPath(id)}/body">as it came</a></div>
    <pre tabindex="0" role="group" aria-label="Body"><code>${safe(text.slice(0, maxShown))}</code></pre>
    ${text.length > maxShown && html`<p class="quiet">The rest is left out.</p>`}
  </section>`;
}

/** Indented if it is JSON. */
export function readable(body: Uint8Array): string {
  const text = Buffer.from(body).toString();
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}

const preview = (id: string): Html => html`<section class="card" aria-labelledby="preview-heading">
  <h3 id="preview-heading">What a real CRM would be sent</h3>
  <p>Each request to the CRMs in your <code>forwarder.json</code>, without sending any:</p>
  ${copyable('preview-line', 'Copy', `npx forwarder show '${id.replaceAll("'", String.raw`'\''`)}' --body --local | npx forwarder preview -`)}
</section>`;
