import type { Language } from '../../lambda/conversation/language.ts';
import { buildTranscript } from '../../lambda/conversation/transcript/transcript.ts';
import { type Board, statusOf } from './crm/board.ts';
import type { Crm } from './crm/crm.ts';
import { samples } from './samples/samples.ts';
import { chat, undeliveredChat, unknownChat } from './views/chat.ts';
import { contactList } from './views/contacts.ts';
import { layout } from './views/layout.ts';
import { curlLine, overview } from './views/overview.ts';
import { createTimes, type Html, safe } from './views/text.ts';

type Rendered = { readonly status: 200 | 404; readonly body: Html };

export type Pages = {
  readonly overview: (board: Board, shows: 'contacts' | 'deliveries', notice?: string) => Html;
  readonly chat: (board: Board, conversationId: string, options: { readonly whole: boolean }) => Rendered;
};

export function createPages(deps: {
  readonly crm: Crm;
  readonly hookUrl: () => string;
  readonly timezone: string;
  readonly language: Language;
  readonly startedAt: Date;
}): Pages {
  const times = createTimes(deps.timezone);

  function detailOf(board: Board, conversationId: string, whole: boolean): Rendered & { readonly title: string } {
    const status = statusOf(board, conversationId);
    const conversation = deps.crm.find(conversationId);
    if (conversation) {
      const transcript = buildTranscript(conversation, deps);
      const body = chat({ conversation, transcript, language: deps.language, status, whole }, times);
      return { status: 200, title: safe(transcript.headline).slice(0, 120), body };
    }
    if (status) return { status: 200, title: 'Chat on its way', body: undeliveredChat(status, times) };
    return { status: 404, title: 'No such chat', body: unknownChat };
  }

  return {
    overview: (board, shows, notice) =>
      layout({
        title: shows === 'contacts' ? 'Demo CRM' : 'Hook and deliveries · Demo CRM',
        shows: shows === 'contacts' ? 'list' : 'detail',
        list: contactList(board, undefined, times),
        detail: overview(
          board,
          { url: deps.hookUrl(), curl: curlLine(deps.hookUrl(), deps.startedAt.getTime()) },
          times,
        ),
        samples,
        notice,
      }),
    chat(board, conversationId, { whole }) {
      const { status, title, body } = detailOf(board, conversationId, whole);
      const list = contactList(board, conversationId, times);
      return {
        status,
        body: layout({ title: `${title} · Demo CRM`, shows: 'detail', list, detail: body, samples, notice: undefined }),
      };
    },
  };
}
