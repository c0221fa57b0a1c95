import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

/** A body or a query, and what it was sent to: a key of the vendor's `Sent`, such as `PUT /v1/notes/{id}`. */
export type SentPart = { readonly request: string; readonly value: unknown };

/**
 * Compiles each part as a literal of the type that `Sent` gives its request: the compiler refuses unknown keys, too.
 * @param vendor the name of a file here that exports `Sent`
 * @returns the compiler's words for each part that it refuses, in order; undefined for the others
 */
export async function compile(vendor: string, parts: readonly SentPart[]): Promise<readonly (string | undefined)[]> {
  const directory = await mkdtemp(join(tmpdir(), 'vendor-types-'));
  try {
    const types = resolve('test/contract/vendor-types', `${vendor}.ts`);
    const literals = parts.map(
      ({ request, value }, at) =>
        `export const part${at}: Sent[${JSON.stringify(request)}] = ${JSON.stringify(value)};`,
    );
    const source = [`import type { Sent } from ${JSON.stringify(types)};`, ...literals].join('\n');
    const config = {
      extends: resolve('tsconfig.json'),
      compilerOptions: { types: [] },
      include: [],
      files: ['sent.mts'],
    };
    await writeFile(join(directory, 'sent.mts'), source);
    await writeFile(join(directory, 'tsconfig.json'), JSON.stringify(config));
    return await refusals(directory, parts.length);
  } finally {
    await rm(directory, { recursive: true });
  }
}

/** Line 1 is the import, and each other line a part. */
async function refusals(directory: string, count: number): Promise<readonly (string | undefined)[]> {
  const output = await runCompiler(directory);
  const errors = [...output.matchAll(/^(.+)\((\d+),\d+\): (error TS.+)$/gm)];
  const refused = new Map(errors.map(([, file, line, words]) => [`${file}:${line}`, words]));
  const refusalOf = (_: unknown, at: number) => refused.get(`sent.mts:${at + 2}`);
  const found = Array.from({ length: count }, refusalOf);
  if (found.filter((words) => words !== undefined).length < refused.size) throw new Error(output);
  return found;
}

const runCompiler = (directory: string): Promise<string> =>
  new Promise((done, fail) => {
    const args = [resolve('node_modules/typescript/bin/tsc'), '--pretty', 'false'];
    execFile(process.execPath, args, { cwd: directory, maxBuffer: 2 ** 26 }, (error, stdout, stderr) => {
      if (error !== null && stdout === '') fail(new Error(stderr, { cause: error }));
      else done(stdout);
    });
  });
