import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib';

/** Lambda takes no event over 6 MB, so a body that inflates to more than this is an attack. */
const maxBytes = 8 * 1024 * 1024;

/** For 60 KB, level 8 takes 1 ms more than the default 3, and saves 1 KB, whose storage costs as much as 27 ms. */
const params = { [constants.ZSTD_c_compressionLevel]: 8 };

/** Without the length, each call would allocate 11 MB. */
export const compress = (bytes: Uint8Array): Buffer =>
  zstdCompressSync(bytes, { params, pledgedSrcSize: bytes.byteLength });

/** @throws RangeError (ERR_BUFFER_TOO_LARGE) beyond 8 MiB */
export const decompress = (bytes: Uint8Array): Buffer => zstdDecompressSync(bytes, { maxOutputLength: maxBytes });
