import { html } from 'hono/html';
import type { Entry } from '../../../inspector/forwarder/entries.ts';
import { action } from '../../../inspector/views/elements.ts';
import { createTimes, type Html, plural } from '../../../inspector/views/text.ts';
import type { Call } from '../crm/calls.ts';
import { manyCopies } from '../forwarder/sender.ts';
import { chatPath } from './lists.ts';

export function callsOf(
  entry: Entry,
  calls: readonly Call[],
  isInCrm: boolean,
  { timezone, now }: { readonly timezone: string; readonly now: () => Date },
): Html {
  const times = createTimes(timezone, now);
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

const copiesWords = (count: number, calls: number, notes: number) =>
  `${plural(count, 'copy', 'copies')} came, ${plural(calls, 'call')} went to the CRM, which has ${plural(notes, 'note')}.`;

export const entryButtons = (id: string, isInCrm: boolean): Html => html`
  ${action('/inspector/copies', `Send it ${manyCopies} times at once`, { fields: { id } })}
  <a class="button" href="/inspector/new?edit=${encodeURIComponent(id)}">Edit and send</a>
  ${isInCrm && html`<a class="button" href="${chatPath(id)}">See it in the CRM</a>`}`;
