import { type Fields, isFields, toList, toText } from './lenient.ts';

/** Files in the hook are not documented: a message or its content may have them under any of these keys. */
const fileKeys = ['attachments', 'attachment', 'files', 'file', 'image'];
const linkKeys = ['url', 'href', 'link', 'src', 'downloadUrl'];
const nameKeys = ['name', 'fileName', 'filename', 'title'];

/** One line for each file of a message: its name and its link. */
export const fileLines = (message: Fields): readonly string[] =>
  fileKeys.flatMap((key) => toList(message[key]).flatMap((file) => fileLine(file) ?? []));

/** Takes an object with a link, or the link alone. A file without a link is shown by its text. */
function fileLine(file: unknown): string | null {
  const link = linkIn(file);
  if (link === null) return toText(file);
  const name = (isFields(file) ? firstText(file, nameKeys) : null) ?? nameIn(link);
  return name === null ? link : `${name} – ${link}`;
}

/** The caption and the file; null if the object has no link, so that it isn't a file. */
export function linkedFile(content: Fields): string | null {
  if (linkIn(content) === null) return null;
  const lines = [firstText(content, ['text', 'content', 'caption']), fileLine(content)];
  return lines.filter((line) => line !== null).join('\n');
}

/** The file of a message whose type says so and whose content is only a link. */
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

function nameIn(link: string): string | null {
  const step = URL.parse(link)?.pathname.split('/').at(-1) ?? '';
  try {
    return decodeURIComponent(step).toWellFormed().trim() || null;
  } catch {
    return step;
  }
}
