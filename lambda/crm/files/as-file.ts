import type { Upload } from '../port/adapter.ts';

/** A file of a form. Copied, because a form's file takes no bytes of a shared buffer. */
export const asFile = ({ name, mediaType, bytes }: Pick<Upload, 'name' | 'mediaType' | 'bytes'>): File =>
  new File([new Uint8Array(bytes)], name, { type: mediaType });
