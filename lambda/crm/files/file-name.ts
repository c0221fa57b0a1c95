import { extname } from 'node:path';
import sanitize from 'sanitize-filename';
import type { SentFile } from '../../conversation/model.ts';
import { extensionsOf, keyOf } from './file.ts';

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
