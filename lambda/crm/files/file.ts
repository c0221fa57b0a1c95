import { hash } from 'node:crypto';
import { extname } from 'node:path';
import sanitize from 'sanitize-filename';
import type { SentFile } from '../../conversation/model.ts';
import type { Upload } from '../port/adapter.ts';

/** In characters, without the extension. */
const maxStemLength = 80;

/** Invisible characters can disguise a name: `exe.gpj` shows as `jpg.exe`. */
const unseen = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

/**
 * A file's name in the CRM, such as `size table-3f9c21a0.pdf`: cleaned, with the extension of its media type, and always
 * the same for the same file of a chat, so that it is found again.
 * @param mediaType as it was served, which counts more than the extension that somebody chose
 */
export function fileNameOf(conversationId: string, { name, url }: SentFile, mediaType: string): string {
  const given = sanitize((name ?? '').normalize('NFC').replace(unseen, '')).replace(/^\.+/, '');
  const chosen = extname(given).slice(1);
  const known = extensionsOf(mediaType) ?? ['bin'];
  const isRight = known.includes(chosen.toLowerCase());
  const stem = (isRight ? given.slice(0, -chosen.length - 1) : given).slice(0, maxStemLength).toWellFormed().trim();
  return `${stem || 'file'}-${keyOf(conversationId, url)}.${isRight ? chosen.toLowerCase() : known[0]}`;
}

/** Identifies a file of a chat. Ignores the link's query, which is signed anew each time. */
export function keyOf(conversationId: string, url: string): string {
  const { origin = '', pathname = url } = URL.parse(url) ?? {};
  return hash('sha256', `${conversationId}\0${origin}${pathname}`).slice(0, 8);
}

/** A file for a form. The bytes are copied, because a form takes none from a shared buffer. */
export const asFile = ({ name, mediaType, bytes }: Pick<Upload, 'name' | 'mediaType' | 'bytes'>): File =>
  new File([new Uint8Array(bytes)], name, { type: mediaType });

const office = 'application/vnd.openxmlformats-officedocument';
const openDocument = 'application/vnd.oasis.opendocument';

/**
 * The media types that are copied, with their extensions: those that a browser or an office program shows without
 * running them. HTML and SVG may hold scripts, so they stay links in the note, as do archives and programs.
 */
const extensions: ReadonlyMap<string, readonly [string, ...string[]]> = new Map([
  ['image/png', ['png']],
  ['image/jpeg', ['jpg', 'jpeg']],
  ['image/gif', ['gif']],
  ['image/webp', ['webp']],
  ['image/heic', ['heic']],
  ['image/avif', ['avif']],
  ['image/bmp', ['bmp']],
  ['image/tiff', ['tiff', 'tif']],
  ['application/pdf', ['pdf']],
  ['text/plain', ['txt', 'log']],
  ['text/csv', ['csv']],
  ['application/rtf', ['rtf']],
  ['application/msword', ['doc']],
  ['application/vnd.ms-excel', ['xls']],
  ['application/vnd.ms-powerpoint', ['ppt']],
  [`${office}.wordprocessingml.document`, ['docx']],
  [`${office}.spreadsheetml.sheet`, ['xlsx']],
  [`${office}.presentationml.presentation`, ['pptx']],
  [`${openDocument}.text`, ['odt']],
  [`${openDocument}.spreadsheet`, ['ods']],
  [`${openDocument}.presentation`, ['odp']],
  ['audio/mpeg', ['mp3']],
  ['audio/mp4', ['m4a']],
  ['audio/ogg', ['ogg', 'oga']],
  ['audio/wav', ['wav']],
  ['video/mp4', ['mp4']],
  ['video/quicktime', ['mov']],
  ['video/webm', ['webm']],
]);

/** Undefined for a type that is not copied. */
export const extensionsOf = (mediaType: string) => extensions.get(mediaType);
