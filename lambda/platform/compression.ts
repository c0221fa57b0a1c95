import { promisify } from 'node:util';
import { constants, zstdCompress, zstdCompressSync, zstdDecompress } from 'node:zlib';

const deflate = promisify(zstdCompress);
const inflate = promisify(zstdDecompress);

/** Lambda takes no event over 6 MB, so a body that inflates to more than this is an attack. */
const maxBytes = 8 * 1024 * 1024;

/** For 60 KB, level 8 takes 1 ms more than the default 3, and saves 1 KB, whose storage costs as much as 27 ms. */
const params = { [constants.ZSTD_c_compressionLevel]: 8 };

/** Up to this size, a thread and a compressor's memory for each body cost more than compressing synchronously. */
const maxSyncBytes = 128 * 1024;

/** Takes half of brotli's time for the same size. Without the length, each call would allocate 11 MB. */
export const compress = async (bytes: Uint8Array): Promise<Buffer> => {
  const options = { params, pledgedSrcSize: bytes.byteLength };
  return bytes.byteLength <= maxSyncBytes ? zstdCompressSync(bytes, options) : deflate(bytes, options);
};

/** @throws RangeError (ERR_BUFFER_TOO_LARGE) beyond 8 MiB */
export const decompress = (bytes: Uint8Array): Promise<Buffer> => inflate(bytes, { maxOutputLength: maxBytes });
