import type { SentFile } from '../conversation/model.ts';
import { type Fields, isFields, toInstant, toList, toNumber, toText } from './lenient.ts';

/** Files in the hook are not documented: a message or its content may have them under any of these keys. */
const fileKeys = ['attachments', 'attachment', 'files', 'file', 'image'];
const linkKeys = ['url', 'href', 'link', 'src', 'downloadUrl'];
const nameKeys = ['name', 'fileName', 'filename', 'title'];
const typeKeys = ['mediaType', 'mimeType', 'contentType', 'fileType'];
const endKeys = ['expiresAt', 'expireAt'];

/** What a message says beside its text: files, and the text of what should be one and has no link. */
export type WordsAndFiles = { readonly words: readonly string[]; readonly files: readonly SentFile[] };

export const noFiles: WordsAndFiles = { words: [], files: [] };

export const filesOf = (message: Fields): WordsAndFiles =>
  joined(fileKeys.flatMap((key) => toList(message[key]).map(toFile)));

export const joined = (all: readonly WordsAndFiles[]): WordsAndFiles => ({
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
export function linkedFile(content: Fields): WordsAndFiles | null {
  if (linkIn(content) === null) return null;
  const caption = firstText(content, ['text', 'content', 'caption']);
  return { words: [caption].filter((text) => text !== null), files: toFile(content).files };
}

/** The file of a message whose type says so and whose content is only a link. */
export const bareLink = (type: string | null, content: string): WordsAndFiles | null =>
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
