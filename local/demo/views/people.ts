import { html } from 'hono/html';
import { outcomeBadge, ratingBadge } from '../../../inspector/views/elements.ts';
import { byDay, type Html, isolated, plural, safe, type Times } from '../../../inspector/views/text.ts';
import type { ChatSummary, Contact, ContactSummary } from '../crm/crm.ts';

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

export function contactPage(contact: Contact, chats: readonly ChatSummary[], times: Times): Html {
  return html`<article class="contact" id="open-contact-${contact.id}">
    <p class="back"><a href="/contacts">All contacts</a></p>
    ${personHeader(contact, isolated(nameOf(contact)))}
    <section class="card" aria-labelledby="chats-heading">
      <h3 id="chats-heading">${plural(chats.length, 'conversation')}</h3>
      ${chatsOfPerson(chats, times)}
    </section>
  </article>`;
}

/** One person's chats, without their name. */
export const chatsOfPerson = (chats: readonly ChatSummary[], times: Times): Html =>
  html`<ul class="rows">${chats.map(
    (chat) => html`<li id="of-person-${chat.id}">
    <a class="item" href="${chatPath(chat.id)}"><span class="item-body">
      <span class="line">${previewOf(chat)}</span>
      <span class="line">${outcomeBadge(chat.outcome)} ${ratingBadge(chat.score)} <span class="when">${times.moment(chat.receivedAt)}</span></span>
    </span></a>
  </li>`,
  )}</ul>`;

const previewOf = ({ preview, messages }: ChatSummary): Html =>
  html`<span class="preview">${preview === null ? plural(messages, 'message') : isolated(preview)}</span>`;

type Named = Pick<Contact, 'name' | 'email'>;

export const nameOf = ({ name, email }: Named) => name ?? email ?? 'Anonymous visitor';

export const chatPath = (conversationId: string) => `/chats/${encodeURIComponent(conversationId)}`;

export const contactPath = ({ id }: Pick<Contact, 'id'>) => `/contacts/${id}`;

const avatar = (contact: Contact): Html =>
  html`<span class="avatar" data-hue="${contact.id % 6}" aria-hidden="true">${initials(contact)}</span>`;

/** A person's name, and how to reach them. */
export const personHeader = (contact: Contact, name: Html): Html => html`<header class="person">
  ${avatar(contact)}
  <div><h2 id="detail-heading">${name}</h2>${reach(contact)}</div>
</header>`;

/** An address to write to, a number that a phone dials. */
function reach({ email, phone }: Contact): Html {
  if (email === null && phone === null) return html`<p class="quiet">Left no address and no number</p>`;
  return html`<ul class="reach">
    ${email !== null && html`<li><a href="mailto:${mailboxOf(email)}">${isolated(email)}</a></li>`}
    ${phone !== null && html`<li><a href="tel:${phone}">${isolated(phone)}</a></li>`}
  </ul>`;
}

/** Encoded, so that an address adds no subject and no further recipient (RFC 6068). */
const mailboxOf = (email: string) => encodeURIComponent(email.toWellFormed()).replace('%40', '@');

function initials({ name, email }: Named): string {
  const words = safe(name ?? email ?? '').match(/\p{L}[\p{L}\p{M}]{0,40}/gu) ?? [];
  const letters = words.slice(0, name === null ? 1 : 2).map((word) => word.match(/\p{L}/u)?.[0] ?? '');
  return letters.join('').toUpperCase() || '?';
}
