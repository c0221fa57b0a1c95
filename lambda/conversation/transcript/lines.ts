import type { Conversation, Message, SentFile } from '../model.ts';
import type { LocalTime } from './clock.ts';
import type { Say } from './words.ts';

/** The source often omits a name, so one known from elsewhere in the chat is used. */
export function speakerNames(conversation: Conversation, say: Say): (message: Message) => string {
  const agents = new Map<string, string>();
  for (const { agentId, name } of conversation.messages) {
    if (agentId !== null && name !== null && !agents.has(agentId)) agents.set(agentId, name);
  }
  const agentName = ({ name, agentId }: Message) => name ?? (agentId === null ? undefined : agents.get(agentId));
  const visitor = conversation.visitor.name ?? say('speaker.visitor');
  return (message) => {
    const { speaker, name, text } = message;
    switch (speaker) {
      case 'visitor':
        return shorten(name ?? visitor);
      case 'agent':
        return shorten(agentName(message) ?? say('speaker.agent'));
      case 'bot':
        return shorten(name ?? say('speaker.bot'));
      case 'trigger':
        return name === null ? say('speaker.automatic') : say('speaker.trigger', { name: shorten(name) });
      case 'system':
        return shorten(agentName(message) ?? (isOfVisitor(text) ? visitor : say('speaker.system')));
    }
  };
}

/** Keeps a label short, however long a "name" somebody typed. The header shows it in full once. */
export function shorten(label: string, maxLength = 120): string {
  return label.length <= maxLength ? label : `${label.slice(0, maxLength - 1).toWellFormed()}…`;
}

const isOfVisitor = (code: string) => code.startsWith('close.visitor');

/** A system message's code in words. Only two codes are documented; others are shown as they came. */
export function eventInWords(code: string, name: string, say: Say): string {
  switch (code) {
    case 'agent.join':
      return say('event.agentJoined', { name });
    case 'close.visitorClose':
      return say('event.visitorClosed', { name });
    default:
      return `${name}${say('layout.colon')}${code}`;
  }
}

/** The words of a message, and a line with name and link for each of its files. */
export const wordsAndFiles = ({ text, files }: Message, local: LocalTime, say: Say): string =>
  [text, ...files.map((file) => fileLine(file, local, say))].filter((part) => part !== '').join('\n');

function fileLine({ name, url, expiresAt }: SentFile, local: LocalTime, say: Say): string {
  const file = name === null || name === url ? url : `${name} – ${url}`;
  return expiresAt === null ? file : say('value.fileUntil', { file, time: local.dateAndTime(expiresAt) });
}

export const filesIn = ({ messages }: Pick<Conversation, 'messages'>): readonly SentFile[] =>
  messages.flatMap(({ files }) => files);
