import type { Context, Hono } from 'hono';
import { streamSSE } from 'hono/streaming';
import type { ChatStatus, Forwarder } from '../../inspector/forwarder/forwarder.ts';
import { inspectorPath } from '../../inspector/views/elements.ts';
import { createTimes, type Html, safe } from '../../inspector/views/text.ts';
import {
  answer,
  createGuarded,
  fromThisPage,
  type Notices,
  notAForm,
  problem,
  readForm,
} from '../../inspector/web/browser.ts';
import type { Live } from '../../inspector/web/live.ts';
import type { Language } from '../../lambda/conversation/locale.ts';
import { buildTranscript } from '../../lambda/conversation/transcript/transcript.ts';
import type { ChatSummary, Crm } from './crm/crm.ts';
import type { Sender, Way } from './smartsupp/sender.ts';
import { chat, chatOnItsWay, nothingChosen, notThere } from './views/chat.ts';
import type { DemoLayout, Page } from './views/layout.ts';
import { chatPath, contactList, contactPage, conversationList, maxListed } from './views/people.ts';

type Asked = { readonly query: string; readonly notice: string | undefined };
type Rendered = { readonly status: 200 | 404; readonly body: Html };

/** The pages of the demo CRM, as sales see it: people, and their conversations. */
type CrmPages = {
  readonly conversations: (asked: Asked) => Promise<Html>;
  readonly conversation: (id: string, asked: Asked & { readonly whole: boolean }) => Promise<Rendered>;
  readonly contacts: (asked: Asked) => Html;
  readonly contact: (id: number, asked: Asked) => Rendered;
};

/** Whether it will come here; false if a rule keeps it out of every destination. */
const isAwaited = ({ deliveries }: ChatStatus) =>
  deliveries.length === 0 || deliveries.some(({ state }) => state !== 'skipped');

export function createCrmPages(deps: {
  readonly crm: Crm;
  readonly layout: DemoLayout;
  readonly forwarder: Pick<Forwarder, 'chats' | 'chat'>;
  readonly isArrived: (conversationId: string) => boolean;
  readonly timezone: string;
  readonly language: Language;
  readonly now: () => Date;
}): CrmPages {
  const { crm, forwarder, language, layout } = deps;
  const times = createTimes(deps.timezone, deps.now);

  async function withConversations(page: Omit<Page, 'view' | 'list'>, query: string, current?: string) {
    const received = await forwarder.chats().catch(() => []);
    const elsewhere = received.filter((each) => isAwaited(each) && !crm.contactOf(each.conversationId)).length;
    const found = crm.chats(query, maxListed);
    const chats = query === '' ? withCurrent(found, current) : found;
    const list = conversationList({ chats, total: crm.count(), elsewhere, query, current }, times);
    return layout({ ...page, view: 'conversations', list });
  }

  /** An older chat that is open is listed too, after the newest. */
  function withCurrent(newest: readonly ChatSummary[], current: string | undefined): readonly ChatSummary[] {
    const contact = current === undefined ? undefined : crm.contactOf(current);
    if (!contact || newest.some(({ id }) => id === current)) return newest;
    return [...newest, ...crm.chatsOf(contact.id, maxListed).filter(({ id }) => id === current)];
  }

  function opened(id: string, whole: boolean): { readonly title: string; readonly detail: Html } | undefined {
    const conversation = crm.find(id);
    const contact = crm.contactOf(id);
    if (!conversation || !contact) return undefined;
    const transcript = buildTranscript(conversation, deps);
    const others = contact.email === null ? [] : crm.chatsOf(contact.id, maxListed).filter((each) => each.id !== id);
    const detail = chat({ conversation, contact, others, transcript, language, whole }, times);
    return { title: safe(transcript.headline).slice(0, 120), detail };
  }

  const isKnown = async (id: string) =>
    deps.isArrived(id) || (await forwarder.chat(id).catch(() => undefined)) !== undefined;

  return {
    conversations: ({ query, notice }) =>
      withConversations({ title: 'Conversations', shows: 'list', detail: nothingChosen(crm.count()), notice }, query),
    async conversation(id, { query, whole, notice }) {
      const page = opened(id, whole);
      if (page) return { status: 200, body: await withConversations({ ...page, shows: 'detail', notice }, query, id) };
      const isOnItsWay = await isKnown(id);
      const detail = isOnItsWay ? chatOnItsWay(id) : notThere('chat');
      const title = isOnItsWay ? 'Chat on its way' : 'No such chat';
      const body = await withConversations({ title, shows: 'detail', detail, notice }, query, id);
      return { status: isOnItsWay ? 200 : 404, body };
    },
    contacts({ query, notice }) {
      const list = contactList(crm.contacts(query, maxListed), { query, current: undefined }, times);
      const detail = nothingChosen(crm.count());
      return layout({ title: 'Contacts', view: 'contacts', shows: 'list', list, detail, notice });
    },
    contact(id, { query, notice }) {
      const contact = crm.contact(id);
      const list = contactList(crm.contacts(query, maxListed), { query, current: id }, times);
      const common = { view: 'contacts', shows: 'detail', list, notice } as const;
      if (!contact) {
        return { status: 404, body: layout({ ...common, title: 'No such contact', detail: notThere('contact') }) };
      }
      const chats = crm.chatsOf(id, maxListed);
      const title = safe(contact.name ?? contact.email ?? 'Anonymous visitor').slice(0, 120);
      return { status: 200, body: layout({ ...common, title, detail: contactPage(contact, chats, times) }) };
    },
  };
}

const readable = ['/', '/chats/:id', '/contacts', '/contacts/:id', '/assets/:file'];

/** Routes of the demo CRM, the samples, and the stream of changes. */
export function createWebsite(deps: {
  readonly pages: CrmPages;
  readonly notices: Notices;
  readonly live: Live;
  readonly sender: Sender;
  readonly ownName: () => string;
}): Hono {
  const { pages, notices, live, sender } = deps;
  const app = createGuarded(readable, ['/events', '/samples'], deps.ownName);

  const asked = ({ req }: Context): Asked => ({
    query: req.query('q')?.trim() ?? '',
    notice: notices.find(req.query('notice')),
  });

  app.get('/', async (context) => context.html(await pages.conversations(asked(context))));

  app.get('/chats/:id', async (context) => {
    const whole = context.req.query('whole') !== undefined;
    const { status, body } = await pages.conversation(context.req.param('id'), { ...asked(context), whole });
    return context.html(body, status);
  });

  app.get('/contacts', (context) => context.html(pages.contacts(asked(context))));

  app.get('/contacts/:id{\\d{1,15}}', (context) => {
    const { status, body } = pages.contact(Number(context.req.param('id')), asked(context));
    return context.html(body, status);
  });

  app.get('/events', (context) => {
    const response = streamSSE(context, live.hold);
    // A kept-alive connection would delay the server's stop.
    response.headers.set('Connection', 'close');
    return response;
  });

  app.post('/samples', ...fromThisPage(10_000), async (context) => {
    const form = await readForm(context);
    if (!form) return notAForm(context);
    const sent = await sender.sample(form['sample'] ?? '', wayIn(form['way']));
    if (!sent) return problem(context, 400, 'No such sample', 'Choose one of the samples on the page.');
    const ok = sent.status === 200;
    const opens = form['opens'] === 'inspector' ? inspectorPath : chatPath;
    const start = form['opens'] === 'inspector' ? '/inspector' : '/';
    return answer(context, notices, { ok, words: sent.words, path: ok && sent.id ? opens(sent.id) : start });
  });
  return app;
}

const wayIn = (text: string | undefined): Way => (text === 'webhook' || text === 'lost' ? text : 'hook');
