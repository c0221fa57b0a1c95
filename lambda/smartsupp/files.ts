import { type Fields, isFields, toList, toText } from './lenient.ts';

/** How a file looks in the hook is not documented: these are the keys that a message or a content may have it under. */
const fileKeys = ['attachments', 'attachment', 'files', 'file', 'image'];
const linkKeys = ['url', 'href', 'link', 'src', 'downloadUrl'];
const nameKeys = ['name', 'fileName', 'filename', 'title'];

/** A line for each file of a message beside its words: its name and its link. */
export const fileLines = (message: Fields): readonly string[] =>
  fileKeys.flatMap((key) => toList(message[key]).flatMap((file) => fileLine(file) ?? []));

/** The line of an object that has a link, or of a bare link; what has none is told by its text. */
function fileLine(file: unknown): string | null {
  const link = linkIn(file);
  if (link === null) return toText(file);
  const name = (isFields(file) ? firstText(file, nameKeys) : null) ?? nameIn(link);
  return name === null ? link : `${name} – ${link}`;
}

/** What an object with a link says: its caption, and the file. Null for what has none, and so is no file. */
export function linkedFile(content: Fields): string | null {
  if (linkIn(content) === null) return null;
  const lines = [firstText(content, ['text', 'content', 'caption']), fileLine(content)];
  return lines.filter((line) => line !== null).join('\n');
}

/** The line of a message that says it is a file, and whose content is no more than a link. */
export const bareLink = (type: string | null, content: string): string | null =>
  isFileType(type) && linkIn(content) !== null ? fileLine(content) : null;

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

/** The last step of the link's path. */
function nameIn(link: string): string | null {
  const step = URL.parse(link)?.pathname.split('/').at(-1) ?? '';
  try {
    return decodeURIComponent(step).toWellFormed().trim() || null;
  } catch {
    return step;
  }
}
