import { html } from 'hono/html';
import type { Language } from '../../../lambda/conversation/language.ts';
import type { Conversation } from '../../../lambda/conversation/model.ts';
import type { ConversationStatus } from '../../../lambda/conversation/status.ts';
import type { Line, Transcript } from '../../../lambda/conversation/transcript/transcript.ts';
import { chatPath } from '../crm/board.ts';
import { deliveryList } from './deliveries.ts';
import { type Html, isolated, outcomeBadge, plural, ratingBadge, safe, type Times } from './text.ts';

export type ChatView = {
  readonly conversation: Conversation;
  readonly transcript: Transcript;
  /** The transcript's language; the page itself is in English. */
  readonly language: Language;
  readonly status: ConversationStatus | undefined;
  readonly whole: boolean;
};

/** Tens of thousands of messages are slow to lay out; a link shows the rest. */
const maxMessages = 1000;

const backLink: Html = html`<p class="back"><a href="/">All contacts</a></p>`;

export function chat({ conversation, transcript, language, status, whole }: ChatView, times: Times): Html {
  const { id, outcome, rating, startedAt, messages } = conversation;
  const count = messages.filter(({ speaker }) => speaker !== 'system').length;
  return html`<article class="chat" id="open-${id}">
    ${backLink}
    <header>
      <h2 id="detail-heading" lang="${language}">${isolated(transcript.headline)}</h2>
      <p class="row">${outcomeBadge(outcome)} ${ratingBadge(rating?.score ?? null)}
        <span class="quiet">${startedAt === null ? null : html`${times.moment(startedAt)} · `}${plural(count, 'message')}</span>
        <a class="narrow-only" href="#about">Details and delivery</a></p>
    </header>
    <section class="conversation" aria-labelledby="conversation-heading">
      <h3 id="conversation-heading" class="visually-hidden">Conversation</h3>
      ${messageList(conversation, transcript, whole, times)}
    </section>
    <aside id="about" class="card" aria-label="About this chat">
      <h3>Delivery</h3>
      ${status ? deliveryList(status, times) : html`<p class="quiet">No longer known to the forwarder.</p>`}
      <h3>Details</h3>
      <dl class="facts" lang="${language}">${[...transcript.summary, ...transcript.facts.flat()].map(
        ({ label, value }) => html`<div><dt>${isolated(label)}</dt><dd>${isolated(value)}</dd></div>`,
      )}</dl>
      ${transcript.pages.length > 0 && html`<h3>Pages visited</h3><ol class="pages">${transcript.pages.map(page)}</ol>`}
    </aside>
  </article>`;
}

function messageList({ id, messages }: Conversation, { lines }: Transcript, whole: boolean, times: Times): Html {
  if (lines.length === 0) return html`<p class="quiet">Nobody wrote anything.</p>`;
  const shown = whole ? lines : lines.slice(0, maxMessages);
  return html`<ol class="messages">${shown.map((line, index) => message(line, messages[index]?.sentAt, times))}</ol>
    ${
      shown.length < lines.length &&
      html`<p><a href="${chatPath(id)}?whole=1">Show all ${plural(lines.length, 'message')}</a></p>`
    }`;
}

function message({ speaker, who, text, time }: Line, sentAt: string | null | undefined, times: Times): Html {
  const at = time === null ? null : times.labelled(time, sentAt);
  if (speaker === 'system') return html`<li data-speaker="system"><p>${isolated(text)} ${at}</p></li>`;
  return html`<li data-speaker="${speaker}">
    <p class="who">${isolated(who)} ${at}</p>
    <p class="words" dir="auto">${safe(text)}</p>
  </li>`;
}

function page({ url, title }: Transcript['pages'][number]): Html {
  return html`<li>${title && html`<span class="title">${isolated(title)}</span>`} ${address(url)}</li>`;
}

/** Only http and https addresses become links. */
function address(url: string): Html {
  const parsed = URL.parse(url);
  if (parsed?.protocol !== 'https:' && parsed?.protocol !== 'http:')
    return html`<span class="url">${isolated(url)}</span>`;
  return html`<a class="url" href="${parsed.href}" target="_blank" rel="noopener noreferrer nofollow">${isolated(url)}</a>`;
}

/** A chat that is not in this CRM yet. */
export function undeliveredChat(status: ConversationStatus, times: Times): Html {
  return html`<article class="chat" id="open-${status.conversationId}">
    ${backLink}
    <header>
      <h2 id="detail-heading">Chat ${isolated(status.conversationId)}</h2>
      <p class="row">${outcomeBadge(status.outcome)} <span class="quiet">received ${times.moment(status.receivedAt)}</span></p>
    </header>
    <p>This chat is safe in the forwarder, but not in this CRM yet. It appears here once it is delivered.</p>
    <section class="card" aria-labelledby="delivery-heading">
      <h3 id="delivery-heading">Delivery</h3>
      ${deliveryList(status, times)}
    </section>
  </article>`;
}

export const unknownChat: Html = html`<article>
  <h2 id="detail-heading">There is no such chat</h2>
  <p>It was never received, or this is another state directory. <a href="/">See all chats.</a></p>
</article>`;
