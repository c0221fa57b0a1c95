import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build, type Plugin } from 'esbuild';
import { buildOptions, bundled } from '../../../infra/bundle.ts';

export type Programs = {
  /**
   * The bootstrap in plain JavaScript, as a CommonJS module: stripping types, or importing `node:http` as an ES module,
   * would make even an empty function slow to start, and ours look good beside it.
   */
  readonly bootstrap: string;
  /** A directory with `index.cjs` in it, as a function's code. */
  readonly directoryOf: (name: string, source: string) => Promise<string>;
  /** The same as a function's code, bundled once more from its handler's file with something changed. */
  readonly variant: (name: string, entry: string, codeDirectory: string, plugins: readonly Plugin[]) => Promise<string>;
  readonly close: () => Promise<void>;
};

/** Programs that only the bench runs. */
export async function createPrograms(): Promise<Programs> {
  const directory = await mkdtemp(join(tmpdir(), 'bench-'));
  const bootstrap = join(directory, 'bootstrap.cjs');
  const here = import.meta.dirname;
  await build({
    entryPoints: [join(here, '../children/measured-bootstrap.ts')],
    outfile: bootstrap,
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'cjs',
    minify: true,
  });
  return {
    bootstrap,
    directoryOf: async (name, source) => {
      const own = await mkdtemp(join(directory, name));
      await writeFile(join(own, 'index.cjs'), source);
      return own;
    },
    variant: async (name, entry, codeDirectory, plugins) => {
      const own = await mkdtemp(join(directory, name));
      await cp(codeDirectory, own, { recursive: true });
      const { outputFiles } = await build({ ...buildOptions(entry), plugins: [...plugins] });
      for (const [file, contents] of Object.entries(bundled(outputFiles))) await writeFile(join(own, file), contents);
      return own;
    },
    close: () => rm(directory, { recursive: true, force: true }),
  };
}
