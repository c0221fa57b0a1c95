import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Ajv, type AnySchemaObject } from 'ajv';
import standalone from 'ajv/dist/standalone/index.js';
import { build } from 'esbuild';
import { documentedSchema, hookSchema } from '../lambda/smartsupp/hook.schema.ts';
import { buildCache, type Files } from './build-cache.ts';
import { configSchema } from './config/schema.ts';
import { configureDocument } from './configure-document.ts';

const root = join(import.meta.dirname, '..');

/** Compiles the schemas to functions, which cold starts need not compile, and publishes the configuration's schema. */
export async function compileSchemas(): Promise<void> {
  const cache = buildCache(root);
  const kept = cache.get('schemas');
  const files = kept ?? (await compile());
  if (kept === undefined) cache.keep('schemas', files);
  await Promise.all(Object.entries(files).map(([path, content]) => write(path, content)));
}

const compile = async (): Promise<Files> => ({
  'lambda/smartsupp/hook.validate.generated.js': await validator(hookSchema, { allErrors: true }),
  'lambda/smartsupp/documented.validate.generated.js': await validator(documentedSchema, { allErrors: true }),
  'infra/config/validate.generated.js': await validator(configSchema, { allErrors: true, useDefaults: true }),
  'forwarder.schema.json': `${JSON.stringify(configSchema, null, 2)}\n`,
  'docs/configure.md': configureDocument(),
});

type Options = { readonly allErrors?: boolean; readonly useDefaults?: boolean };

async function validator(schema: AnySchemaObject, options: Options): Promise<string> {
  const ajv = new Ajv({
    ...options,
    strict: true,
    allowUnionTypes: true,
    discriminator: true,
    code: { source: true, lines: true },
  });
  const contents = standalone.default(ajv, ajv.compile(schema));
  // The generated code requires parts of ajv; an ES module must contain them.
  const bundled = await build({
    stdin: { contents, resolveDir: root },
    bundle: true,
    format: 'esm',
    platform: 'node',
    write: false,
  });
  return bundled.outputFiles.map(({ text }) => text).join('');
}

async function write(path: string, content: string): Promise<void> {
  const file = join(root, path);
  const present = await readFile(file, 'utf8').catch(() => undefined);
  if (present !== content) await writeFile(file, content);
}
