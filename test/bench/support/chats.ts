import { createRandom } from '../../faults/support/random.ts';
import { aHookBody } from '../../fixtures/hook-body.ts';
import { createSpeaker } from './words.ts';

export type Size = '3 KB' | '60 KB' | '1 MB';

const bytes: Readonly<Record<Size, number>> = { '3 KB': 3_000, '60 KB': 60_000, '1 MB': 1_000_000 };

export type ChatOptions = {
  /** The channel's id: chats of the same number are the same chat. */
  readonly number?: number;
  /** Which visitor, with an address of their own. */
  readonly visitor?: number;
};

/** A chat's body as the hook posts it, of about that many bytes. */
export const bodyOf = (size: Size, options?: ChatOptions): string => bodyOfBytes(bytes[size], options);

/** @see bodyOf */
export function bodyOfBytes(maxSize: number, { number = 1, visitor = number }: ChatOptions = {}): string {
  const messages: object[] = [];
  const write = () => JSON.stringify(hook(number, visitor, messages));
  const talk = createTalk(number);
  for (let size = write().length; size < maxSize; ) {
    const message = talk();
    messages.push(message);
    size += Buffer.byteLength(JSON.stringify(message)) + 1;
  }
  return write();
}

/** A chat of so many messages, which lasts some hours however many they are: days are written out, which takes longer. */
export function bodyOfMessages(count: number): string {
  const talk = createTalk(1, 1_000 / count);
  return JSON.stringify(hook(1, 1, Array.from({ length: count }, talk)));
}

const begin = Date.UTC(2026, 4, 4, 8, 15);

function hook(number: number, visitor: number, messages: readonly object[]) {
  const { channel, visitor: person } = aHookBody();
  return aHookBody({
    channel: { ...Object(channel), id: number, messagesCount: messages.length },
    visitor: {
      ...Object(person),
      id: `v${(visitor * 2_654_435_761) % 4_294_967_296}`,
      email: `visitor-${visitor}@shop.example`,
      userAgent: 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/140.0.0.0 Safari/537.36',
      referer: 'https://www.google.com/',
      variables: { customer: { label: 'Customer number', value: visitor } },
    },
    paths: [
      { url: 'https://shop.example/', title: 'Horal: everything for the mountains' },
      { url: `https://shop.example/jackets/${number}`, title: 'Jackets · Horal' },
    ],
    messages,
  });
}

/** One message after another, in turn from the visitor and an agent. */
function createTalk(number: number, pace = 1): () => object {
  const random = createRandom(`chat ${number}`);
  const say = createSpeaker(`words of chat ${number}`);
  let sentAt = begin;
  let isVisitor = false;
  return () => {
    isVisitor = !isVisitor;
    sentAt += Math.floor(pace * random.between(2_000, 40_000));
    const content = say(Math.ceil(random.between(2, 24)));
    const message = { content, sentAt, triggeredBy: null };
    return isVisitor
      ? { type: 'visitor', from: 'visitor:a1b2c3', ...message }
      : { type: 'agent', name: 'Karel', from: 'agent:3', ...message };
  };
}
