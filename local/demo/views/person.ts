import { html } from 'hono/html';
import { type Html, isolated, safe } from '../../../inspector/views/text.ts';
import type { Contact } from '../crm/crm.ts';

type Named = Pick<Contact, 'name' | 'email'>;

export const nameOf = ({ name, email }: Named) => name ?? email ?? 'Anonymous visitor';

export const contactPath = ({ id }: Pick<Contact, 'id'>) => `/contacts/${id}`;

export const avatar = (contact: Contact): Html =>
  html`<span class="avatar" data-hue="${contact.id % 6}" aria-hidden="true">${initials(contact)}</span>`;

/** How to reach the person: an address to write to, a number that a phone dials. */
export function reach({ email, phone }: Contact): Html {
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
