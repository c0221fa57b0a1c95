import { chmodSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { AssetHashType, DockerImage } from 'aws-cdk-lib';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { type BuildOptions, buildSync, type OutputFile, transformSync } from 'esbuild';
import manifest from '../package.json' with { type: 'json' };
import { buildCache, type Files } from './build-cache.ts';

const root = join(import.meta.dirname, '..');
const withoutFiles = join(import.meta.dirname, 'sdk-without-files.ts');
const cache = buildCache(root);

/**
 * Bundles `entry` with its dependencies, minified. `files` are put next to the bundle: name to contents.
 *
 * Calls esbuild in process instead of using `NodejsFunction`, which starts `npx` for each function (0.7 s each).
 */
export const bundle = (entry: string, files: Readonly<Record<string, string>> = {}): Code =>
  Code.fromAsset(join(root, 'lambda'), {
    assetHashType: AssetHashType.OUTPUT,
    bundling: {
      image: DockerImage.fromRegistry('never-pulled'),
      // Never run, but CDK treats bundlings as identical if only their code differs.
      command: [entry, ...Object.entries(files).flat()],
      local: {
        tryBundle: (directory) => {
          for (const [name, contents] of Object.entries({ ...bundleOf(entry), ...files })) {
            writeReadable(join(directory, name), contents);
          }
          return true;
        },
      },
    },
  });

function bundleOf(entry: string): Files {
  const name = basename(entry, '.ts');
  const kept = cache.get(name);
  if (kept !== undefined) return kept;
  const made = bundled(buildSync(buildOptions(entry)).outputFiles);
  cache.keep(name, made);
  return made;
}

/** The zip keeps the file's mode, and Lambda's user has to read it, whatever the deployer's umask is. */
function writeReadable(file: string, contents: string): void {
  writeFileSync(file, contents);
  chmodSync(file, 0o644);
}

export const buildOptions = (entry: string) =>
  ({
    absWorkingDir: root,
    entryPoints: { index: entry },
    // esbuild does not write the files itself: the source map's paths, and so the asset's hash, would depend on CDK's
    // directory.
    outdir: '.',
    write: false,
    bundle: true,
    splitting: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    mainFields: ['module', 'main'],
    alias: { '@aws-sdk/credential-provider-node': withoutFiles, 'node:fs/promises': withoutFiles },
    minify: true,
    sourcemap: 'inline',
    sourcesContent: false,
    legalComments: 'external',
    define: { 'process.env.FORWARDER_VERSION': JSON.stringify(manifest.version) },
    logLevel: 'warning',
  }) satisfies BuildOptions;

/**
 * Splits the output into the bundle, a file for each dynamic import, and files that nothing loads (source maps,
 * licences).
 * A cold start takes time in proportion to what it reads: this saves a sixth.
 */
export const bundled = (built: readonly OutputFile[]): Files => ({
  ...Object.assign(
    {},
    ...built.map(({ path, text }) => {
      const name = basename(path);
      return name.endsWith('.js') ? toCommonJs(name, text) : { [name]: text };
    }),
  ),
  // Below our own package.json `.js` would be an ES module; and emulators of AWS look for no `.cjs`.
  'package.json': '{"type":"commonjs"}',
});

/** esbuild splits ES modules only, but CommonJS loads faster: an ES module's import of `node:http` takes 17 ms more. */
function toCommonJs(name: string, text: string): Files {
  const { code, map } = transformSync(text, {
    platform: 'node',
    target: 'node24',
    format: 'cjs',
    supported: { 'dynamic-import': false },
    minify: true,
    sourcemap: 'external',
    sourcefile: name,
    sourcesContent: false,
  });
  return { [name]: code, [`${name}.map`]: map };
}
