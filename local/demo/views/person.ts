import { html } from 'hono/html';
import { outcomeBadge, ratingBadge } from '../../../inspector/views/elements.ts';
import { type Html, isolated, plural, safe, type Times } from '../../../inspector/views/text.ts';
import type { ChatSummary, Contact } from '../crm/crm.ts';

type Named = Pick<Contact, 'name' | 'email'>;

export const nameOf = ({ name, email }: Named) => name ?? email ?? 'Anonymous visitor';

export const chatPath = (conversationId: string) => `/chats/${encodeURIComponent(conversationId)}`;

export const contactPath = ({ id }: Pick<Contact, 'id'>) => `/contacts/${id}`;

export const avatar = (contact: Contact): Html =>
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

export const previewOf = ({ preview, messages }: ChatSummary): Html =>
  html`<span class="preview">${preview === null ? plural(messages, 'message') : isolated(preview)}</span>`;
