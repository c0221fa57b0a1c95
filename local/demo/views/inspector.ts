import { html } from 'hono/html';
import type { Entry } from '../../../inspector/forwarder/entries.ts';
import { action, copyable, stateLegend } from '../../../inspector/views/elements.ts';
import { createTimes, type Html, plural, safe } from '../../../inspector/views/text.ts';
import { type Call, type Fault, type Faults, isForOneChat } from '../crm/webhook.ts';
import { manyCopies } from '../smartsupp/sender.ts';
import { chatPath } from './people.ts';

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

/** Switches for faults of the next chats. */
export function faultSwitches(state: Faults, current: string | undefined): Html {
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

/** Does now what the schedule does every 15 minutes. */
export const healButton: Html = html`<section class="faults" aria-labelledby="heal-heading">
  <h3 id="heal-heading">Lose a chat on its way, then heal</h3>
  <div class="switches">${action('/inspector/heal', 'Heal', { fields: {} })}</div>
</section>`;

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

/** A form to paste or edit a body, and send it. */
export const composer = (body: string): Html => html`<article class="entry" id="composer">
  <p class="back"><a href="/inspector">All hooks</a></p>
  <h2 id="detail-heading">What the forwarder does</h2>
  <p class="lead">Every POST to the hook appears in the list the moment it is answered. Open one to see what came, and each attempt to
    bring it to your CRM.</p>
  <section class="card" aria-labelledby="composer-heading">
    <h3 id="composer-heading">Send a body of your own</h3>
    <form class="composer" method="post" action="/inspector/send">
      <label for="body">A body as Smartsupp posts it, or anything else</label>
      <textarea id="body" name="body" rows="16" spellcheck="false" required>${safe(body)}</textarea>
      <div class="actions">
        <button type="submit" class="primary" name="copies" value="1">Send</button>
        <button type="submit" name="copies" value="${manyCopies}">Send it ${manyCopies} times at once</button>
      </div>
    </form>
    <p class="quiet">From a terminal:</p>
    ${copyable('send-line', 'Copy', 'npx forwarder send --local body.json')}
    <p class="quiet"><code>npm start</code> has printed the hook’s URL. It holds the key, so this page does not show it.</p>
  </section>
  <section class="card" aria-labelledby="states-heading">
    <h3 id="states-heading">The states</h3>
    ${stateLegend}
  </section>
</article>`;
