import { html } from 'hono/html';
import { type Board, type BoardStatus, chatPath, maxListed, statusOf } from '../crm/board.ts';
import type { ChatSummary, Contact } from '../crm/crm.ts';
import {
  type Html,
  isolated,
  nameOf,
  outcomeBadge,
  plural,
  ratingBadge,
  safe,
  stateBadge,
  type Times,
} from './text.ts';

export function contactList(board: Board, current: string | undefined, times: Times): Html {
  const elsewhere = board.statuses?.filter(({ inCrm }) => !inCrm) ?? [];
  return html`
    <h2 id="list-heading">Contacts</h2>
    ${board.totalChats === 0 && elsewhere.length === 0 ? welcome : null}
    ${elsewhere.length > 0 ? notHere(elsewhere, current, times) : null}
    ${board.totalChats > maxListed && html`<p class="quiet">The newest ${maxListed} of ${plural(board.totalChats, 'chat')}.</p>`}
    <ul class="contacts" id="contacts">${board.contacts.map((contact) => contactItem(contact, board, current, times))}</ul>`;
}

const welcome: Html = html`<div class="welcome" id="welcome">
  <p><strong>No chats yet.</strong></p>
  <ol>
    <li>Press <b>Send a sample chat</b> at the top. It is posted to your hook like a real one.</li>
    <li>Watch it appear here, as it will in your CRM.</li>
    <li>Then post your own: <a href="/deliveries">the hook’s URL and a line for curl</a>.</li>
  </ol>
</div>`;

function notHere(statuses: readonly BoardStatus[], current: string | undefined, times: Times): Html {
  return html`<div id="not-here" class="not-here">
    <h3>Not in this CRM</h3>
    <ul class="chats">${statuses.map(({ conversationId, outcome, receivedAt, deliveries }) =>
      chatItem(
        conversationId,
        current,
        html`
        <span class="row">${outcomeBadge(outcome)} ${deliveries.map(({ state }) => stateBadge(state))}
          <span class="when">${times.moment(receivedAt)}</span></span>
        <span class="preview">Chat ${isolated(conversationId)}</span>`,
      ),
    )}</ul>
  </div>`;
}

function contactItem(contact: Contact, board: Board, current: string | undefined, times: Times): Html {
  const name = nameOf(contact);
  return html`<li class="contact" id="contact-${contact.id}">
    <span class="avatar" data-hue="${contact.id % 6}" aria-hidden="true">${initials(contact)}</span>
    <h3>${isolated(name)}</h3>
    <p class="quiet">${contact.email === null ? 'No e-mail address' : isolated(contact.email)}</p>
    <ul class="chats">${contact.chats.map((chat) => {
      const undelivered = statusOf(board, chat.id)?.deliveries.filter(({ state }) => state !== 'delivered') ?? [];
      return chatItem(chat.id, current, chatLine(chat, times, undelivered), announcement(chat, name));
    })}</ul>
  </li>`;
}

function chatLine(chat: ChatSummary, times: Times, undelivered: BoardStatus['deliveries']): Html {
  return html`
    <span class="row">${outcomeBadge(chat.outcome)} ${ratingBadge(chat.score)}
      ${undelivered.map(({ destination, state }) => html`<span class="quiet">${destination}</span> ${stateBadge(state)}`)}
      <span class="when">${times.moment(chat.startedAt ?? chat.receivedAt)}</span></span>
    <span class="preview">${chat.preview === null ? plural(chat.messages, 'message') : isolated(chat.preview)}</span>`;
}

/** @param announce what screen readers announce when the chat appears */
function chatItem(id: string, current: string | undefined, content: Html, announce?: string): Html {
  return html`<li id="chat-${id}" ${announce === undefined ? null : html`data-announce="${announce}"`}>
    <a href="${chatPath(id)}" ${id === current ? html`aria-current="page"` : null}>${content}</a>
  </li>`;
}

const announcement = ({ outcome }: ChatSummary, name: string) => `New chat, ${outcome}: ${safe(name).slice(0, 80)}`;

function initials({ name, email }: Contact): string {
  const words = (name ?? email ?? '').match(/\p{L}[\p{L}\p{M}]{0,40}/gu) ?? [];
  const letters = words.slice(0, name === null ? 1 : 2).map((word) => word.match(/\p{L}/u)?.[0] ?? '');
  return letters.join('').toUpperCase() || '?';
}
