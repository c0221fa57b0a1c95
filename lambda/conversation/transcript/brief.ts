import { shorten } from '../clean-text.ts';
import type { Language } from '../locale.ts';
import type { Conversation, Message } from '../model.ts';
import { knownFacts, summaryOf } from './facts.ts';
import { buildTranscript, type Transcript } from './transcript.ts';
import { wordsIn } from './words.ts';

/** How to reach the visitor, if known; as typed if it cannot be parsed. */
export type ReachableBy = { readonly phone: string | null; readonly email: string | null };

/** In characters, for all messages together. */
const maxWordsLength = 500;
const maxMessages = 10;
/** A shorter piece of a message is of no use. */
const minPieceLength = 20;

/**
 * Builds what a salesperson needs to answer, in this order: the visitor and how to reach them, their last words, how
 * the chat ended and how long they waited, and the page they were on. All texts are untrusted: escape them.
 */
export function buildBrief(
  conversation: Conversation,
  { phone, email }: ReachableBy,
  options: { readonly timezone: string; readonly language: Language },
): Transcript {
  const say = wordsIn(options.language);
  const messages = lastWordsIn(conversation);
  const { headline, lines, words } = buildTranscript({ ...conversation, messages }, options);
  return {
    headline,
    summary: knownFacts([
      [say('fact.phone'), phone],
      [say('fact.email'), email],
    ]),
    lines,
    facts: [summaryOf(conversation, say)],
    pages: conversation.pages.slice(-1),
    words: { ...words, pagesVisited: say('fact.page') },
  };
}

/** The visitor's last messages, of which the first may be cut. */
function lastWordsIn({ messages }: Conversation): readonly Message[] {
  const last: Message[] = [];
  let room = maxWordsLength;
  for (const message of messages
    .filter(({ speaker }) => speaker === 'visitor')
    .slice(-maxMessages)
    .reverse()) {
    if (room < minPieceLength) break;
    const text = shorten(message.text, room);
    last.unshift({ ...message, text });
    room -= text.length;
  }
  return last;
}
