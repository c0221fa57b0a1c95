import { html } from 'hono/html';
import { outcomeBadge, ratingBadge } from '../../../inspector/views/elements.ts';
import { byDay, type Html, isolated, plural, safe, type Times } from '../../../inspector/views/text.ts';
import type { ChatSummary, ContactSummary } from '../crm/crm.ts';
import { avatar, chatPath, contactPath, nameOf, previewOf } from './person.ts';

/** How many rows a list shows. */
export const maxListed = 200;

export type Conversations = {
  readonly chats: readonly ChatSummary[];
  /** All chats in the CRM, found or not. */
  readonly total: number;
  /** Received by the forwarder, and not in this CRM. */
  readonly elsewhere: number;
  readonly query: string;
  readonly current: string | undefined;
};

export function conversationList({ chats, total, elsewhere, query, current }: Conversations, times: Times): Html {
  return html`<div class="list-head">
      <h2 id="list-heading">Conversations <span class="count">${total.toLocaleString('en-GB')}</span></h2>
      ${search('/', 'Search names, addresses and words', query)}
    </div>
    ${elsewhere > 0 && html`<p class="hint" id="elsewhere"><a href="/inspector">${plural(elsewhere, 'chat')}</a> received and not here yet</p>`}
    ${total === 0 && elsewhere === 0 ? welcome : null}
    ${chats.length === 0 && query !== '' ? nothingFound(query) : null}
    ${byDay(chats, { at: ({ receivedAt }) => receivedAt, row: (chat) => chatRow(chat, query, current, times), times })}
    ${chats.length >= maxListed && html`<p class="hint">The newest ${maxListed} are shown. Search finds the others.</p>`}`;
}

export function contactList(
  contacts: readonly ContactSummary[],
  { query, current }: { readonly query: string; readonly current: number | undefined },
  times: Times,
): Html {
  return html`<div class="list-head">
      <h2 id="list-heading">Contacts</h2>
      ${search('/contacts', 'Search names, addresses and words', query)}
    </div>
    ${contacts.length === 0 && (query === '' ? welcome : nothingFound(query))}
    ${byDay(contacts, {
      at: ({ lastAt }) => lastAt,
      row: (contact) => contactRow(contact, { query, current }, times),
      times,
    })}`;
}

const search = (action: string, label: string, query: string): Html => html`<form
  class="search" role="search" method="get" action="${action}">
  <label class="visually-hidden" for="search">${label}</label>
  <input type="search" id="search" name="q" value="${query}" placeholder="${label}" autocomplete="off">
</form>`;

const welcome: Html = html`<div class="welcome" id="welcome">
  <p><strong>No chats yet.</strong></p>
  <p>Press <b>Send a sample chat</b>. It is posted to the hook as Smartsupp would post it, and opens here as it will in your
    CRM.</p>
  <p><a href="/inspector">The inspector</a> shows what the forwarder does with it.</p>
</div>`;

const nothingFound = (query: string): Html => html`<p class="hint">Nothing has all of “${isolated(query)}”.</p>`;

function chatRow(chat: ChatSummary, query: string, current: string | undefined, times: Times): Html {
  const { id, contact, outcome, score, receivedAt } = chat;
  const name = nameOf(contact);
  return html`<li id="chat-${id}" data-announce="New chat, ${outcome}: ${safe(name).slice(0, 80)}">
    <a class="item" href="${chatPath(id)}${keeping(query)}" ${id === current ? html`aria-current="page"` : null}>
      ${avatar(contact)}
      <span class="item-body">
        <span class="line"><span class="name">${isolated(name)}</span> <span class="when">${times.minute(receivedAt)}</span></span>
        <span class="line">${previewOf(chat)} ${ratingBadge(score)} ${outcome === 'answered' ? null : outcomeBadge(outcome)}</span>
      </span>
    </a>
  </li>`;
}

function contactRow(
  contact: ContactSummary,
  { query, current }: { readonly query: string; readonly current: number | undefined },
  times: Times,
): Html {
  const { id, email, phone, chats, lastAt } = contact;
  return html`<li id="contact-${id}">
    <a class="item" href="${contactPath(contact)}${keeping(query)}" ${id === current ? html`aria-current="page"` : null}>
      ${avatar(contact)}
      <span class="item-body">
        <span class="line"><span class="name">${isolated(nameOf(contact))}</span> <span class="when">${times.minute(lastAt)}</span></span>
        <span class="line"><span class="preview">${isolated(email ?? phone ?? 'No address and no number')}</span>
          <span class="quiet">${plural(chats, 'chat')}</span></span>
      </span>
    </a>
  </li>`;
}

/** The list stays as it was searched when one of its rows is opened. */
const keeping = (query: string) => (query === '' ? '' : `?q=${encodeURIComponent(query.toWellFormed())}`);
