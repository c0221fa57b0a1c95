import { copyFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { AssetHashType, DockerImage } from 'aws-cdk-lib';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { buildSync } from 'esbuild';

const root = join(import.meta.dirname, '..');

/**
 * One function's code: everything that `entry` needs in one minified file, the SDK included, since one file loads
 * faster than Lambda's own SDK and is the version that was tested. `files` are copied beside it: name to path.
 *
 * esbuild is called in this process, not by `NodejsFunction`: that starts `npx` for each function, 0.7 s each at every
 * start of the local stack, and its `index.js` would be taken for an ES module on a machine where it lies below our
 * package.json. `.cjs` means the same everywhere.
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
          for (const { name, contents } of compile(entry)) writeFileSync(join(directory, name), contents);
          for (const [name, path] of Object.entries(files)) copyFileSync(path, join(directory, name));
          return true;
        },
      },
    },
  });

/** The bundle and what lies beside it for people: its source map, which nothing loads, and its packages' licences. */
const compile = (entry: string): readonly { readonly name: string; readonly contents: Uint8Array }[] => {
  const { outputFiles } = buildSync({
    absWorkingDir: root,
    entryPoints: [entry],
    // Not written by esbuild: the source map's paths, and so the asset's hash, would depend on where CDK puts it.
    outfile: 'index.cjs',
    write: false,
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'cjs',
    mainFields: ['module', 'main'],
    minify: true,
    // `require` instead: what is bundled is there already, and an `import()` of `node:http` as an ES module reads all
    // that it exports, and so loads undici, for 17 ms of a cold start.
    supported: { 'dynamic-import': false },
    // The SDK's own chain asks in seven places, with a client for each: a third of the bundle, never used on Lambda.
    alias: { '@aws-sdk/credential-provider-node': './lambda/platform/environment-credentials.ts' },
    sourcemap: 'external',
    sourcesContent: false,
    legalComments: 'external',
    logLevel: 'warning',
  });
  return outputFiles.map(({ path, contents }) => ({ name: basename(path), contents }));
};
