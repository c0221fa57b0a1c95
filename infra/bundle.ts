import { writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { AssetHashType, DockerImage } from 'aws-cdk-lib';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { type BuildOptions, buildSync, type OutputFile, transformSync } from 'esbuild';
import manifest from '../package.json' with { type: 'json' };

const root = join(import.meta.dirname, '..');
const withoutFiles = join(import.meta.dirname, 'sdk-without-files.ts');

/**
 * One function's code: everything that `entry` needs, minified, in the versions that were tested. `files` lie beside it:
 * name to contents.
 *
 * esbuild is called in this process, not by `NodejsFunction`: that starts `npx` for each function, 0.7 s each at every
 * start of the local stack.
 */
export const bundle = (entry: string, files: Readonly<Record<string, string>> = {}): Code =>
  Code.fromAsset(join(root, 'lambda'), {
    assetHashType: AssetHashType.OUTPUT,
    bundling: {
      image: DockerImage.fromRegistry('never-pulled'),
      // Never run: CDK takes bundlings that differ in nothing but their code for one and the same.
      command: [entry, ...Object.entries(files).flat()],
      local: {
        tryBundle: (directory) => {
          const others = Object.entries(files).map(([name, contents]) => ({ name, contents }));
          const code = bundled(buildSync(buildOptions(entry)).outputFiles);
          for (const { name, contents } of [...code, ...others]) writeFileSync(join(directory, name), contents);
          return true;
        },
      },
    },
  });

type File = { readonly name: string; readonly contents: string | Uint8Array };

/** How a bundle is built of which `bundled` makes the files. */
export const buildOptions = (entry: string) =>
  ({
    absWorkingDir: root,
    entryPoints: { index: entry },
    // Not written by esbuild: the source map's paths, and so the asset's hash, would depend on where CDK puts it.
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
 * The bundle, a file more for whatever is imported dynamically, and what lies beside it for people: source maps, which
 * nothing loads, and the packages' licences. A cold start takes as long as what it reads is large, so what it mostly
 * does not need is apart: that alone saves a sixth.
 */
export const bundled = (built: readonly OutputFile[]): readonly File[] => [
  ...built.flatMap(({ path, text }) => {
    const name = basename(path);
    return name.endsWith('.js') ? toCommonJs(name, text) : [{ name, contents: text }];
  }),
  // Below our own package.json `.js` would be an ES module; and emulators of AWS look for no `.cjs`.
  { name: 'package.json', contents: '{"type":"commonjs"}' },
];

/**
 * esbuild splits ES modules only, and Node.js is slower to load them: an ES module's import of `node:http` alone reads
 * all that it exports, and so loads undici, for 17 ms.
 */
function toCommonJs(name: string, text: string): readonly File[] {
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
  return [
    { name, contents: code },
    { name: `${name}.map`, contents: map },
  ];
}
