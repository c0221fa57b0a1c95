import { html } from 'hono/html';
import type { ConversationStatus, DeliveryStatus } from '../../../lambda/conversation/status.ts';
import { type Board, type BoardStatus, chatPath, maxListed } from '../crm/board.ts';
import { type Html, isolated, nameOf, outcomeBadge, plural, stateBadge, stateMeanings, type Times } from './text.ts';

export function deliveryList({ deliveries }: ConversationStatus, times: Times): Html {
  if (deliveries.length === 0) return html`<p class="quiet">No destination is configured for it.</p>`;
  return html`<ul class="deliveries">${deliveries.map((delivery) => destination(delivery, times))}</ul>`;
}

function destination({ destination, state, attempts, reason, nextAttemptAt }: DeliveryStatus, times: Times): Html {
  return html`<li>
    <p class="row"><span class="destination">${destination}</span> ${stateBadge(state)}
      <span class="quiet">${plural(attempts, 'attempt')}</span></p>
    ${reason && html`<p class="reason">${isolated(reason)}</p>`}
    ${state === 'pending' && nextAttemptAt ? html`<p class="quiet">Next attempt ${times.moment(nextAttemptAt)}</p>` : null}
  </li>`;
}

export function allDeliveries({ statuses }: Board, times: Times): Html {
  if (statuses === undefined) return unavailable;
  if (statuses.length === 0) return html`<p class="quiet">Nothing was received yet.</p>`;
  return html`
    ${statuses.length === maxListed && html`<p class="quiet">The newest ${maxListed} are shown.</p>`}
    <ol class="conversations">${statuses.map((status) => conversation(status, times))}</ol>`;
}

function conversation(status: BoardStatus, times: Times): Html {
  const { conversationId, outcome, receivedAt, inCrm, contact } = status;
  return html`<li id="status-${conversationId}">
    <div class="row">
      <h4><a href="${chatPath(conversationId)}">${isolated(contact ? nameOf(contact) : `Chat ${conversationId}`)}</a></h4>
      ${outcomeBadge(outcome)}
      <span class="quiet">received ${times.moment(receivedAt)}${!inCrm && ', not in this CRM'}</span>
    </div>
    ${deliveryList(status, times)}
  </li>`;
}

const unavailable: Html = html`<p class="reason">The forwarder’s store does not answer, so it is unknown what
  was delivered. Look at the output of <code>npm start</code>.</p>`;

export const stateLegend: Html = html`<dl class="legend">${(
  ['pending', 'delivered', 'held', 'skipped', 'parked'] as const
).map((state) => html`<div><dt>${stateBadge(state)}</dt><dd>${stateMeanings[state]}</dd></div>`)}</dl>`;
