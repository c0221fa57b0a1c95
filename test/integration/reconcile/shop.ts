import { contentHash } from '../../../lambda/conversation/revision.ts';
import { readConversation } from '../../../lambda/smartsupp/body.ts';
import { writeSnapshot } from '../../../lambda/smartsupp/snapshot.ts';
import type { FakeChat } from '../../../local/demo/smartsupp/api.ts';
import type { FakeSmartsupp } from '../../support/fake-smartsupp.ts';
import { createRandom } from '../../support/random.ts';

const minuteMs = 60_000;
export const accountId = '208';
export const start = new Date('2026-11-30T08:00:00Z').getTime();

/** Something that Smartsupp tells by a webhook. */
export type Event = { readonly at: number; readonly conversationId: string; readonly why: string };

type Step = { readonly at: number; readonly chat: FakeChat; readonly why: string };

const iso = (at: number) => new Date(at).toISOString();

/** Conversations that end, go on, end again and are rated; every fifth is a Messenger's, without an address. */
export function createShop(
  fake: FakeSmartsupp,
  options: { readonly seed: string; readonly chats: number; readonly lastsMs: number },
) {
  const random = createRandom(`${options.seed} shop`);
  const steps = Array.from({ length: options.chats }, (_, number) => stepsOf(number)).flat();
  const inOrder = steps.toSorted((a, b) => a.at - b.at);
  let done = 0;

  function stepsOf(number: number): readonly Step[] {
    const id = `co${number}`;
    const isMessenger = number % 5 === 0;
    const begin = start + random.between(0, options.lastsMs);
    const end = begin + random.between(minuteMs, 10 * minuteMs);
    const message = (words: string, sentAt: number, sub_type = 'contact') => ({
      id: `ms${number}-${sentAt}`,
      type: 'message',
      sub_type,
      content: { type: 'text', text: words },
      created_at: iso(sentAt),
    });
    const messages = [
      message(`Question ${number}: do you have it?`, begin),
      message(`Answer ${number}: we do.`, begin + 20_000, 'agent'),
    ];
    const contact = {
      id: `ct${number}`,
      name: `Eva ${number}`,
      ...(!isMessenger && { email: `eva${number}@example.com` }),
    };
    const conversation = {
      id,
      status: 'closed',
      contact_id: contact.id,
      channel: { type: isMessenger ? 'facebook_messenger' : 'default' },
      created_at: iso(begin),
    };
    const ended = (endedAt: number, words: FakeChat['messages'], rating?: number): FakeChat => ({
      conversation: {
        ...conversation,
        finished_at: iso(endedAt),
        updated_at: iso(endedAt + (rating === undefined ? 0 : minuteMs)),
        ...(rating !== undefined && { rating_value: rating }),
      },
      messages: words,
      contact,
    });
    const first = { at: end, chat: ended(end, messages), why: 'conversation.closed' };
    if (random.chance(0.1)) {
      const again = end + random.between(5 * minuteMs, 90 * minuteMs);
      const more = [...messages, message(`One more thing about ${number}`, again - 30_000)];
      return [first, { at: again, chat: ended(again, more), why: 'conversation.closed' }];
    }
    if (random.chance(0.1)) {
      const rated = ended(end, messages, Math.ceil(random.between(0, 5)));
      return [first, { at: end + minuteMs, chat: rated, why: 'conversation.rated' }];
    }
    return [first];
  }

  return {
    /** Lets happen what happens until then, and returns what Smartsupp would tell. */
    until: (at: number): readonly Event[] => {
      const due = inOrder.slice(done).filter((step) => step.at <= at);
      done += due.length;
      return due.map((step) => {
        fake.put(step.chat);
        return { at: step.at, conversationId: step.chat.conversation.id, why: step.why };
      });
    },
    /** What a CRM must have at the end. */
    expected: () =>
      fake.all().map(({ conversation, messages, contact = null }) => {
        const rest = { accountId, fetchedAt: '', visitor: null, agents: [] };
        const chat = readConversation(writeSnapshot({ ...rest, conversation, messages, contact }));
        if (chat === undefined) throw new Error('the fixture is a conversation');
        return { id: chat.id, contentHash: contentHash(chat) };
      }),
  };
}

export type Shop = ReturnType<typeof createShop>;
