import type { Message } from '../conversation/model.ts';
import { bareLink, filesOf, joined, linkedFile, noFiles, type WordsAndFiles } from './files.ts';
import { type Fields, isFields, toInstant, toText, whole } from './lenient.ts';
import { withoutMarkup } from './markup.ts';

/** Null is no message. Any other value that isn't an object is the message's words. */
export function toMessages(message: unknown): readonly Message[] {
  if (message === null || message === undefined) return [];
  return [toMessage(isFields(message) ? message : { content: message })];
}

function toMessage(message: Fields): Message {
  const type = toText(message['type']);
  const source = sourceOf(message['from'], type);
  const name = toText(message['name']);
  const trigger = toText(message['triggeredBy']);
  const beside = filesOf(message);
  const content = readContent(message['content'], type);
  const hasFile = beside.files.length > 0 || beside.words.length > 0;
  const speaker = speakerOf({ type, source, name, trigger, hasFile });
  const words = content.words.join('\n');
  const text = speaker !== 'visitor' && speaker !== 'system' ? withoutMarkup(words) : words;
  return {
    speaker,
    name: (speaker === 'trigger' ? trigger : null) ?? name,
    agentId: speaker === 'agent' || (speaker === 'system' && source.kind === 'agent') ? source.id : null,
    text: [text, ...beside.words].filter((part) => part !== '').join('\n'),
    files: [...content.files, ...beside.files],
    sentAt: toInstant(message['sentAt']),
  };
}

/** The words as typed, the parts of a list on lines of their own, and its files. */
function readContent(content: unknown, type: string | null): WordsAndFiles {
  if (typeof content === 'string') return bareLink(type, content) ?? wordsAlone(whole(content));
  if (Array.isArray(content)) return joined(content.map((part: unknown) => readContent(part, type)));
  return (isFields(content) ? linkedFile(content) : null) ?? wordsAlone(toText(content) ?? '');
}

const wordsAlone = (words: string): WordsAndFiles => (words === '' ? noFiles : { words: [words], files: [] });

type Source = { readonly kind: 'agent' | 'visitor' | 'bot' | 'system' | 'unknown'; readonly id: string | null };

/** v1 writes `agent:3`, `visitor:x` and `system`; v0 an agent's bare number, a visitor's bare id, or null. */
function sourceOf(from: unknown, type: string | null): Source {
  const text = toText(from);
  if (typeof from === 'number' && type !== 'visitor') return { kind: 'agent', id: text };
  const [, kind, id = text] = /^(agent|visitor|bot|system)(?::(.*))?$/s.exec(text ?? '') ?? [];
  switch (kind) {
    case 'agent':
    case 'visitor':
    case 'bot':
    case 'system':
      return { kind, id };
    default:
      return { kind: 'unknown', id: text };
  }
}

type About = {
  readonly type: string | null;
  readonly source: Source;
  readonly name: string | null;
  readonly trigger: string | null;
  readonly hasFile: boolean;
};

/**
 * The sender decides, and the type only if the sender is unknown. Exceptions: a message of type `system` describes an event
 * of its sender, and a trigger's message has the type `agent`, but no sender (v0: null, v1: `system`) and no name.
 */
function speakerOf({ type, source: { kind, id }, name, trigger, hasFile }: About): Message['speaker'] {
  const isPerson = kind === 'agent' || kind === 'visitor';
  if (type === 'system' && !(hasFile && isPerson)) return 'system';
  if (kind === 'visitor') return 'visitor';
  if (trigger !== null) return 'trigger';
  if (kind === 'bot') return 'bot';
  if (kind === 'agent') return 'agent';
  if (type === 'visitor') return 'visitor';
  return type === 'agent' && (name !== null || (kind === 'unknown' && id !== null)) ? 'agent' : 'trigger';
}
