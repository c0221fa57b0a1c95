import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Ajv, type AnySchemaObject } from 'ajv';
import standalone from 'ajv/dist/standalone/index.js';
import { build } from 'esbuild';
import { documentedSchema } from '../lambda/smartsupp/documented.schema.ts';
import { hookSchema } from '../lambda/smartsupp/hook.schema.ts';
import { configSchema } from './config/schema.ts';
import { configureDocument } from './configure-document.ts';

const root = join(import.meta.dirname, '..');

/** Compiles the schemas to functions, which cold starts need not compile, and publishes the configuration's schema. */
export async function compileSchemas(): Promise<void> {
  await Promise.all([
    write('lambda/smartsupp/hook.validate.generated.js', validator(hookSchema, { allErrors: true })),
    write('lambda/smartsupp/documented.validate.generated.js', validator(documentedSchema, { allErrors: true })),
    write('infra/config/validate.generated.js', validator(configSchema, { allErrors: true, useDefaults: true })),
    write('forwarder.schema.json', `${JSON.stringify(configSchema, null, 2)}\n`),
    write('docs/configure.md', configureDocument()),
  ]);
}

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

async function write(path: string, made: string | Promise<string>): Promise<void> {
  const file = join(root, path);
  const content = await made;
  const present = await readFile(file, 'utf8').catch(() => undefined);
  if (present !== content) await writeFile(file, content);
}
