import type { Message, SentFile } from '../conversation/model.ts';
import { type Fields, isFields, toInstant, toList, toNumber, toText, whole } from './lenient.ts';
import { withoutMarkup } from './markup.ts';

type Names = { readonly agents: ReadonlyMap<string, string>; readonly visitor: string | null };

/** Null is no message. Any other value that isn't an object is the message's words. */
export function toMessages(message: unknown, names: Names): readonly Message[] {
  if (message === null || message === undefined) return [];
  return [toMessage(isFields(message) ? message : { content: message }, names)];
}

function toMessage(message: Fields, names: Names): Message {
  const speaker = speakerOf(message);
  const agentId = speaker === 'agent' || speaker === 'system' ? toText(message['agent_id']) : null;
  const attachments = toList(message['attachments']);
  const files = attachments.flatMap(toFile);
  return {
    speaker,
    name: nameOf(message, speaker, names),
    agentId,
    text: wordsOf(message['content'], speaker !== 'visitor', files) || (files.length === 0 ? namesOf(attachments) : ''),
    files,
    sentAt: toInstant(message['created_at']),
  };
}

/** The `sub_type` decides, or else who is named. */
function speakerOf(message: Fields): Message['speaker'] {
  // A rating form is nobody's message.
  if (typeOf(message) === 'rate_form') return 'system';
  const kind = toText(message['sub_type'])?.toLowerCase() ?? '';
  if (kind === 'agent' || kind === 'bot' || kind === 'trigger' || kind === 'system') return kind;
  if (kind === 'contact' || kind === 'visitor') return 'visitor';
  if (/bot|\bai\b/.test(kind)) return 'bot';
  if (toText(message['trigger_id']) !== null || toText(message['trigger_name']) !== null) return 'trigger';
  if (toText(message['agent_id']) !== null) return 'agent';
  // An unknown kind is shown, but not as anybody's words.
  return kind === '' ? 'visitor' : 'system';
}

const typeOf = ({ content, type }: Fields) => (isFields(content) ? toText(content['type']) : null) ?? toText(type);

function nameOf(message: Fields, speaker: Message['speaker'], { agents, visitor }: Names): string | null {
  const agent = agents.get(toText(message['agent_id']) ?? '') ?? null;
  switch (speaker) {
    case 'visitor':
      return visitor;
    case 'trigger':
      return toText(message['trigger_name']);
    case 'agent':
    case 'bot':
      return agent ?? toText(message['agent_name']) ?? toText(message['name']);
    case 'system':
      return agent;
  }
}

/** The text, or else the HTML as text. A file's message often has its name or link as text, which is redundant. */
function wordsOf(content: unknown, isHtml: boolean, files: readonly SentFile[]): string {
  const words = isFields(content) ? (ownText(content['text']) ?? htmlOf(content) ?? dataOf(content)) : ownText(content);
  const text = words === null ? '' : isHtml ? withoutMarkup(words) : words;
  return files.some(({ url, name }) => text === url || text === name) ? '' : text;
}

/** As typed. */
const ownText = (text: unknown): string | null =>
  typeof text === 'string' ? (text.trim() === '' ? null : whole(text)) : toText(text);

const htmlOf = ({ html }: Fields): string | null => {
  const text = toText(html);
  return text === null ? null : withoutMarkup(text);
};

/** The type in place of words: `rate_form`, with what was chosen in it. */
const dataOf = ({ type, data }: Fields): string | null => {
  const kind = toText(type);
  if (kind === 'text' || kind === 'upload') return toText(data);
  return [kind, toText(data)].filter((part) => part !== null).join(' ') || null;
};

function toFile(attachment: unknown): readonly SentFile[] {
  const file: Fields = isFields(attachment) ? attachment : { url: attachment };
  const url = toText(file['url']);
  if (url === null || !/^https?:\/\/\S+$/i.test(url)) return [];
  return [
    {
      name: toText(file['fileName']) ?? toText(file['file_name']) ?? toText(file['name']),
      url,
      mediaType: toText(file['fileType']) ?? toText(file['file_type']),
      size: toNumber(file['size']),
      expiresAt: toInstant(file['expireAt'] ?? file['expire_at']),
    },
  ];
}

/** The names of files without a link. */
const namesOf = (attachments: readonly unknown[]): string =>
  attachments
    .map((file) => (isFields(file) ? toText(file['fileName'] ?? file['name']) : toText(file)))
    .filter((name) => name !== null)
    .join('\n');
