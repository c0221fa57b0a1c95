import { html } from 'hono/html';
import { inspectorPath, outcomeBadge, ratingBadge } from '../../../inspector/views/elements.ts';
import { type Html, isolated, plural, safe, type Times } from '../../../inspector/views/text.ts';
import type { Language } from '../../../lambda/conversation/locale.ts';
import type { Conversation } from '../../../lambda/conversation/model.ts';
import type { Line, Transcript } from '../../../lambda/conversation/transcript/transcript.ts';
import type { ChatSummary, Contact } from '../crm/crm.ts';
import { chatPath, chatsOfPerson, contactPath, nameOf, personHeader } from './people.ts';

type ChatView = {
  readonly conversation: Conversation;
  readonly contact: Contact;
  /** The same person's other chats, latest first. */
  readonly others: readonly ChatSummary[];
  readonly transcript: Transcript;
  /** The transcript's language; the page itself is in English. */
  readonly language: Language;
  readonly whole: boolean;
};

/** Tens of thousands of messages are slow to lay out; a link shows the rest. */
const maxMessages = 1000;

const backLink: Html = html`<p class="back"><a href="/">All conversations</a></p>`;

export function chat(view: ChatView, times: Times): Html {
  const { conversation, contact, transcript, language } = view;
  const { id, outcome, rating, startedAt, messages } = conversation;
  const count = messages.filter(({ speaker }) => speaker !== 'system').length;
  return html`<article class="chat" id="open-${id}">
    ${backLink}
    ${personHeader(contact, html`<a href="${contactPath(contact)}">${isolated(nameOf(contact))}</a>`)}
    <section class="conversation" aria-labelledby="conversation-heading">
      <div class="row conversation-head">
        <h3 id="conversation-heading" lang="${language}">${isolated(transcript.headline)}</h3>
        ${outcomeBadge(outcome)} ${ratingBadge(rating?.score ?? null)}
        <span class="quiet">${startedAt === null ? null : html`${times.moment(startedAt)} · `}${plural(count, 'message')}</span>
        <a class="narrow-only quiet" href="#about">Details</a>
      </div>
      ${messageList(view, times)}
    </section>
    ${about(view, times)}
  </article>`;
}

function about({ conversation, others, transcript, language }: ChatView, times: Times): Html {
  const { name, email } = conversation.visitor;
  // The header has the person already.
  const facts = [...transcript.summary, ...transcript.facts.flat()].filter(
    ({ value }) => value !== name && value !== email,
  );
  return html`<aside id="about" aria-label="About this chat">
    <section class="card">
      <h3>Details</h3>
      <dl class="facts" lang="${language}">${facts.map(
        ({ label, value }) => html`<div><dt>${isolated(label)}</dt><dd>${isolated(value)}</dd></div>`,
      )}</dl>
    </section>
    ${
      transcript.pages.length > 0 &&
      html`<section class="card"><h3>Pages visited</h3><ol class="pages">${transcript.pages.map(page)}</ol></section>`
    }
    ${others.length > 0 && html`<section class="card"><h3>Other chats</h3>${chatsOfPerson(others, times)}</section>`}
    <p class="quiet"><a href="${inspectorPath(conversation.id)}">How it came here</a></p>
  </aside>`;
}

type Turn = { readonly first: number; readonly lines: readonly Line[] };

/** Consecutive lines of one speaker belong together. */
function turnsOf(lines: readonly Line[]): readonly Turn[] {
  const turns: { readonly first: number; readonly lines: Line[] }[] = [];
  for (const [index, line] of lines.entries()) {
    const last = turns.at(-1);
    const before = last?.lines[0];
    const goesOn = before?.speaker === line.speaker && before.who === line.who && line.speaker !== 'system';
    if (last && goesOn) last.lines.push(line);
    else turns.push({ first: index, lines: [line] });
  }
  return turns;
}

function messageList({ conversation, transcript, whole }: ChatView, times: Times): Html {
  const { lines } = transcript;
  if (lines.length === 0) return html`<p class="quiet">Nobody wrote anything.</p>`;
  const shown = whole ? lines : lines.slice(0, maxMessages);
  const timeOf = ({ time }: Line, index: number) =>
    time === null ? null : times.labelled(time, conversation.messages[index]?.sentAt);
  return html`<ol class="messages">${turnsOf(shown).map((turn) => turnOf(turn, timeOf))}</ol>
    ${
      shown.length < lines.length &&
      html`<p><a href="${chatPath(conversation.id)}?whole=1">Show all ${plural(lines.length, 'message')}</a></p>`
    }`;
}

function turnOf({ first, lines }: Turn, timeOf: (line: Line, index: number) => Html | null): Html {
  const [opening] = lines;
  if (!opening) return html``;
  const { speaker, who, text } = opening;
  const at = timeOf(opening, first);
  if (speaker === 'system') return html`<li data-speaker="system"><p>${isolated(text)} ${at}</p></li>`;
  return html`<li data-speaker="${speaker}">
    <p class="who">${isolated(who)} ${at}</p>
    ${lines.map(
      (line, index) => html`<div class="said"><p class="words" dir="auto">${safe(line.text)}</p>
        ${index > 0 && timeOf(line, first + index)}</div>`,
    )}
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

/** A chat that the forwarder has, and this CRM does not have yet. */
export const chatOnItsWay = (conversationId: string): Html => html`<article class="chat" id="open-${conversationId}">
  ${backLink}
  <h2 id="detail-heading">On its way</h2>
  <p>This chat is safe in the forwarder, but not in this CRM yet. It appears here once it is delivered.</p>
  <p><a href="${inspectorPath(conversationId)}">See what the forwarder does</a></p>
  <noscript><meta http-equiv="refresh" content="1"></noscript>
</article>`;

export const notThere = (what: string): Html => html`<article>
  <p class="back"><a href="/">All conversations</a></p>
  <h2 id="detail-heading">There is no such ${what}</h2>
  <p>It was never received, or this is another state directory. <a href="/">See all conversations.</a></p>
</article>`;

/** Shown until something is chosen from the list. */
export const nothingChosen = (total: number): Html => html`<div class="empty">
  <h2 id="detail-heading">${total === 0 ? 'Nothing here yet' : 'Choose a conversation'}</h2>
  <p>This is what your sales team will see of each chat: who it was and how to reach them, what was said, and the facts.</p>
  <p><a href="/inspector">The inspector</a> shows how it came here.</p>
</div>`;
