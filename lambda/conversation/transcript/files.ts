import type { Conversation, Message, SentFile } from '../model.ts';
import type { LocalTime } from './clock.ts';
import type { Say } from './words.ts';

/** The words of a message, and a line with name and link for each of its files. */
export const wordsAndFiles = ({ text, files }: Message, local: LocalTime, say: Say): string =>
  [text, ...files.map((file) => fileLine(file, local, say))].filter((part) => part !== '').join('\n');

function fileLine({ name, url, expiresAt }: SentFile, local: LocalTime, say: Say): string {
  const file = name === null || name === url ? url : `${name} – ${url}`;
  return expiresAt === null ? file : say('value.fileUntil', { file, time: local.dateAndTime(expiresAt) });
}

export const filesIn = ({ messages }: Pick<Conversation, 'messages'>): readonly SentFile[] =>
  messages.flatMap(({ files }) => files);
