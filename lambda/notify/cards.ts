import type { Language } from '../conversation/locale.ts';
import { buildBrief } from '../conversation/transcript/brief.ts';
import type { Destination } from '../crm/catalogue.ts';
import { linkTo } from '../crm/links.ts';
import type { Conversations } from '../delivery/ports.ts';
import { foundBy, type IdentityOf } from '../mapping/identity.ts';
import { readConversation } from '../smartsupp/body.ts';
import type { Records } from '../store/records.ts';
import { type Card, plainCard } from './channel.ts';
import type { News } from './notify.ts';

type Dependencies = {
  readonly load: Conversations['load'];
  readonly records: Pick<Records, 'deliveriesOf'>;
  readonly identityOf: IdentityOf;
  readonly config: {
    readonly destinations: readonly Destination[];
    readonly timezone: string;
    readonly language: Language;
  };
  readonly withWords: boolean;
  /** `show 208:1` as it is typed for this deployment. */
  readonly commandLine: (command: string) => string;
  readonly now: () => Date;
};

/** In characters. Vendors echo what they were sent, so show only enough of a reason to explain it. */
const maxReasonLength = 300;
/** A missed chat that ended longer ago, or came from an import, is no news. */
const maxAgeMs = 24 * 3_600_000;

/** Makes a card that says who wrote, what happened and what to run. */
export function createCardOf(deps: Dependencies): (news: News) => Promise<Card | undefined> {
  const { load, records, config, commandLine } = deps;

  return async (news) => {
    switch (news.event) {
      case 'missed':
        return missed(news.chat.conversationId);
      case 'parked': {
        const { conversationId, delivery } = news;
        const { destination, reason } = delivery;
        return {
          event: 'parked',
          title: `Given up at ${destination}: the chat of ${(await nameOf(conversationId)) ?? 'a visitor'}`,
          facts: [],
          texts: [(reason ?? '').slice(0, maxReasonLength)].filter((text) => text !== ''),
          run: [commandLine(`show ${conversationId}`), commandLine(`replay ${conversationId}`)],
          link: null,
        };
      }
      case 'rejected': {
        const { id, reason, detail } = news.rejected;
        const run = [commandLine(`show ${id.slice(0, 12)}`)];
        return { ...plainCard('rejected', 'A body was refused, and kept', `${reason}: ${detail}`), run };
      }
      case 'silence': {
        const since = new Intl.DateTimeFormat('en-GB', {
          timeZone: config.timezone,
          dateStyle: 'medium',
          timeStyle: 'short',
        }).format(news.last);
        const text = `No chat has come since ${since} (${config.timezone}). Nothing here has failed: nobody posts to the hook.`;
        return { ...plainCard('silence', 'No chats come in', text), run: [commandLine('doctor')] };
      }
    }
  };

  async function read(conversationId: string) {
    const stored = await load(conversationId);
    return typeof stored === 'object' ? readConversation(await stored.readBody()) : undefined;
  }

  async function nameOf(conversationId: string): Promise<string | undefined> {
    const { name, email } = (await read(conversationId))?.visitor ?? {};
    return name ?? email ?? undefined;
  }

  async function missed(conversationId: string): Promise<Card | undefined> {
    const conversation = await read(conversationId);
    // Erased, answered or rated in the meantime, or old.
    if (conversation === undefined || !/^(missed|offline)$/.test(conversation.outcome)) return undefined;
    const { endedAt } = conversation;
    if (endedAt !== null && Date.parse(endedAt) < deps.now().getTime() - maxAgeMs) return undefined;
    const { headline, summary, lines, facts, pages } = buildBrief(
      // A rating's comment is the visitor's words, too.
      { ...conversation, rating: null },
      foundBy(await deps.identityOf(conversation)),
      config,
    );
    const page = pages.map(({ url, title }) => title ?? url);
    return {
      event: 'missed',
      title: headline,
      facts: [...summary, ...facts.flat()],
      texts: [...page, ...(deps.withWords ? lines.map(({ text }) => text) : [])],
      run: [],
      link: (await links(conversationId))[0] ?? null,
    };
  }

  async function links(conversationId: string): Promise<readonly string[]> {
    return (await records.deliveriesOf(conversationId)).flatMap((delivery) => {
      const settings = config.destinations.find(({ name }) => name === delivery.destination);
      return (settings && linkTo(settings, delivery)) ?? [];
    });
  }
}

/** Shows an alarm's name, meaning and runbook section; any other message as it is. */
export function alarmCard(message: string): Card {
  const { AlarmName: name, AlarmDescription: description, NewStateValue: state } = parse(message);
  if (typeof name !== 'string') return plainCard('alarms', message);
  return plainCard('alarms', `${String(state)}: ${name}`, ...(description ? [String(description)] : []));
}

function parse(message: string): Readonly<Record<string, unknown>> {
  try {
    return Object(JSON.parse(message));
  } catch {
    return {};
  }
}
