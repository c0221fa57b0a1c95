import { html } from 'hono/html';
import { type Delivery, type Dismissal, type PastAttempt, shownState } from '../../lambda/delivery/delivery.ts';
import { maxReasonLength } from '../../lambda/delivery/state-machine.ts';
import { type Entry, stateOf } from '../forwarder/entries.ts';
import { action, copyable, inspectorPath, meaningOf, stateBadge } from './elements.ts';
import { titleOf } from './hooks.ts';
import { type Html, isolated, plural, safe, type Times } from './text.ts';

export type EntryView = {
  readonly entry: Entry;
  /** As it came; undefined if it is not in the table. */
  readonly body: Uint8Array | undefined;
  /** Added by the hosting page: buttons, and cards below the deliveries. */
  readonly more: { readonly buttons: Html | null; readonly cards: Html | null };
  /** The command that shows each request for this chat. */
  readonly previewLine: string | undefined;
};

export function entryPage({ entry, body, more, previewLine }: EntryView, times: Times): Html {
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
      ${more.buttons}
    </div>`
    }
    ${dismissal(entry)}
    ${whatBecame(entry, times)}
    ${more.cards}
    ${body ? whatCame(id, body) : html`<p class="hint">${bodyMissing(entry)}</p>`}
    ${body && previewLine !== undefined && preview(previewLine)}
  </article>`;
}

const dismissedBy = (dismissal: Dismissal | null, times: Times): Html | null =>
  dismissal &&
  html`<p class="reason">${isolated(dismissal.reason)} <span class="quiet">(${isolated(dismissal.by)}, ${times.moment(dismissal.at)})</span></p>`;

/** A form to dismiss the entry, or a button to undo that. */
function dismissal(entry: Entry): Html | null {
  const { id } = entry;
  const states: readonly string[] = entry.kind === 'chat' ? entry.chat.deliveries.map(shownState) : [stateOf(entry)];
  const isKept = entry.kind === 'chat' || entry.kind === 'rejected';
  if (isKept && states.some((state) => dismissible.has(state))) {
    return html`<form class="dismiss" method="post" action="/inspector/dismiss">
      <input type="hidden" name="id" value="${id}">
      <label for="reason">Nothing needs to be done, because</label>
      <input type="text" id="reason" name="reason" maxlength="${maxReasonLength}" required placeholder="a test of ours">
      <button type="submit">Dismiss</button>
    </form>`;
  }
  if (!states.includes('dismissed')) return null;
  return html`<div class="actions">${action('/inspector/undo', 'Take the dismissal back', { fields: { id } })}</div>`;
}

const dismissible: ReadonlySet<string> = new Set(['parked', 'held', 'rejected']);

function whatBecame(entry: Entry, times: Times): Html {
  switch (entry.kind) {
    case 'chat':
      return html`${entry.chat.deliveries.map((delivery) => deliveryCard(delivery, times))}
        ${entry.chat.deliveries.length === 0 && html`<p class="hint">No destination has it yet.</p>`}`;
    case 'rejected': {
      const { reason, detail, faults, copies, dismissal } = entry.rejected;
      return html`<section class="card" aria-labelledby="why-heading">
        <h3 id="why-heading">Why it was refused</h3>
        <p><code>${reason}</code> ${isolated(detail)}</p>
        ${
          faults.length > 0 &&
          html`<ul class="problems">${faults.map(
            (fault) => html`<li><code>${isolated(fault.pointer || '/')}</code> ${isolated(fault.detail)}</li>`,
          )}</ul>`
        }
        ${dismissedBy(dismissal, times)}
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
  const state = shownState(delivery);
  const { destination, attempts, reason, warnings, nextAttemptAt, leaseUntil, holdUntil, inDoubt, history } = delivery;
  return html`<section class="card" id="delivery-${destination}" aria-labelledby="delivery-${destination}-heading">
    <div class="row"><h3 id="delivery-${destination}-heading">${destination}</h3> ${stateBadge(state)}
      <span class="quiet">${plural(attempts, 'attempt')}</span></div>
    <p class="quiet">${meaningOf(state)}</p>
    ${dismissedBy(delivery.dismissal, times)}
    ${reason && reason !== history.at(-1)?.reason && html`<p class="reason">${isolated(reason)}</p>`}
    ${inDoubt && state !== 'delivered' && html`<p class="reason">The last attempt may have written it, so the next one makes sure first: one note, whatever happened.</p>`}
    ${
      state === 'pending' && leaseUntil
        ? html`<p class="quiet">Being delivered; if that process dies, another takes over at ${times.second(leaseUntil)}</p>`
        : state === 'pending' &&
          nextAttemptAt &&
          html`<p class="quiet">Next attempt at ${times.second(nextAttemptAt)}, or ${inDoubt ? 'sooner' : 'at once'} with <i>Send again</i></p>`
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

/** In characters. A longer body is slow to render; its own page shows all of it. */
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

const preview = (line: string): Html => html`<section class="card" aria-labelledby="preview-heading">
  <h3 id="preview-heading">What a real CRM would be sent</h3>
  <p>Each request to the CRMs in your <code>forwarder.json</code>, without sending any:</p>
  ${copyable('preview-line', 'Copy', line)}
</section>`;

/** With the id quoted for a shell. */
export const previewLineFor = (id: string, commandLine: (command: string) => string): string =>
  `${commandLine(`show '${id.replaceAll("'", String.raw`'\''`)}' --body`)} | npx forwarder preview -`;
