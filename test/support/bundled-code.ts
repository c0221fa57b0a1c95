import { buildSync } from 'esbuild';

/** What is left of these programs' code, without packages, when all that they do not use is dropped. */
export function bundledCode(entryPoints: readonly string[]): string {
  const { outputFiles } = buildSync({
    entryPoints: [...entryPoints],
    bundle: true,
    splitting: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
    write: false,
    outdir: 'unused',
  });
  return outputFiles.map(({ text }) => text).join('');
}
