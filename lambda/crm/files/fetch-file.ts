import type { SentFile } from '../../conversation/model.ts';
import type { Upload } from '../port/adapter.ts';
import type { Download } from './download.ts';
import { fileNameOf } from './file-name.ts';

export const createFetchFile =
  (download: Download) =>
  async (conversationId: string, file: SentFile): Promise<Pick<Upload, 'name' | 'mediaType' | 'bytes'>> => {
    const { bytes, mediaType } = await download(file);
    return { name: fileNameOf(conversationId, file, mediaType), mediaType, bytes };
  };
