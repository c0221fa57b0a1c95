import type { ChatStatus, Forwarder } from '../../inspector/forwarder/ports.ts';
import { createTimes, type Html, safe } from '../../inspector/views/text.ts';
import type { Language } from '../../lambda/conversation/language.ts';
import { buildTranscript } from '../../lambda/conversation/transcript/transcript.ts';
import type { ChatSummary, Crm } from './crm/crm.ts';
import { chat, chatOnItsWay, nothingChosen, notThere } from './views/chat.ts';
import type { DemoLayout, Page } from './views/layout.ts';
import { contactList, conversationList, maxListed } from './views/lists.ts';
import { contactPage } from './views/person.ts';

type Asked = { readonly query: string; readonly notice: string | undefined };
type Rendered = { readonly status: 200 | 404; readonly body: Html };

/** The demo CRM as sales see it: people, and their conversations. */
export type CrmPages = {
  readonly conversations: (asked: Asked) => Promise<Html>;
  readonly conversation: (id: string, asked: Asked & { readonly whole: boolean }) => Promise<Rendered>;
  readonly contacts: (asked: Asked) => Html;
  readonly contact: (id: number, asked: Asked) => Rendered;
};

/** Not if a rule keeps it out of every destination. */
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
