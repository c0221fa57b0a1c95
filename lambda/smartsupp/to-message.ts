import type { Message, SentFile } from '../conversation/model.ts';
import { type Fields, isFields, toInstant, toList, toNumber, toText, whole } from './lenient.ts';
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
  const attached = filesOf(message);
  const content = readContent(message['content'], type);
  const hasFile = attached.files.length > 0 || attached.words.length > 0;
  const speaker = speakerOf({ type, source, name, trigger, hasFile });
  const words = content.words.join('\n');
  const text = speaker !== 'visitor' && speaker !== 'system' ? withoutMarkup(words) : words;
  return {
    speaker,
    name: (speaker === 'trigger' ? trigger : null) ?? name,
    agentId: speaker === 'agent' || (speaker === 'system' && source.kind === 'agent') ? source.id : null,
    text: [text, ...attached.words].filter((part) => part !== '').join('\n'),
    files: [...content.files, ...attached.files],
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

/** Files in the hook are not documented: a message or its content may have them under any of these keys. */
const fileKeys = ['attachments', 'attachment', 'files', 'file', 'image'];
const linkKeys = ['url', 'href', 'link', 'src', 'downloadUrl'];
const nameKeys = ['name', 'fileName', 'filename', 'title'];
const typeKeys = ['mediaType', 'mimeType', 'contentType', 'fileType'];
const endKeys = ['expiresAt', 'expireAt'];

/** A message's content apart from its text: files, and the text of any file without a link. */
type WordsAndFiles = { readonly words: readonly string[]; readonly files: readonly SentFile[] };

const noFiles: WordsAndFiles = { words: [], files: [] };

const filesOf = (message: Fields): WordsAndFiles => joined(fileKeys.flatMap((key) => toList(message[key]).map(toFile)));

const joined = (all: readonly WordsAndFiles[]): WordsAndFiles => ({
  words: all.flatMap(({ words }) => words),
  files: all.flatMap(({ files }) => files),
});

/** Takes an object with a link, or the link alone. */
function toFile(file: unknown): WordsAndFiles {
  const url = linkIn(file);
  if (url === null) return { words: [toText(file)].filter((text) => text !== null), files: [] };
  const fields: Fields = isFields(file) ? file : {};
  return {
    words: [],
    files: [
      {
        name: firstText(fields, nameKeys) ?? nameIn(url),
        url,
        mediaType: firstText(fields, typeKeys),
        size: toNumber(fields['size']),
        expiresAt: toInstant(firstText(fields, endKeys)),
      },
    ],
  };
}

/** The caption and the file; null if the object has no link, so that it isn't a file. */
function linkedFile(content: Fields): WordsAndFiles | null {
  if (linkIn(content) === null) return null;
  const caption = firstText(content, ['text', 'content', 'caption']);
  return { words: [caption].filter((text) => text !== null), files: toFile(content).files };
}

/** The file of a message whose type says so and whose content is only a link. */
const bareLink = (type: string | null, content: string): WordsAndFiles | null =>
  isFileType(type) && linkIn(content) !== null ? toFile(content) : null;

const isFileType = (type: string | null) =>
  type !== null && /file|image|picture|photo|video|audio|attachment|document/i.test(type);

function linkIn(file: unknown): string | null {
  if (isFields(file)) return firstText(file, linkKeys);
  const text = toText(file);
  return text !== null && /^https?:\/\/\S+$/i.test(text) ? text : null;
}

function firstText(fields: Fields, keys: readonly string[]): string | null {
  for (const key of keys) {
    const text = Object.hasOwn(fields, key) ? toText(fields[key]) : null;
    if (text !== null) return text;
  }
  return null;
}

function nameIn(link: string): string | null {
  const step = URL.parse(link)?.pathname.split('/').at(-1) ?? '';
  try {
    return decodeURIComponent(step).toWellFormed().trim() || null;
  } catch {
    return step;
  }
}
