import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Ajv, type AnySchemaObject } from 'ajv';
import standalone from 'ajv/dist/standalone/index.js';
import { configSchema } from '../lambda/config/config.schema.ts';
import { hookSchema } from '../lambda/smartsupp/hook.schema.ts';

const root = join(import.meta.dirname, '..');

/**
 * Compiles the schemas to plain functions, so that no function spends its cold start on a compiler, and publishes the
 * configuration's schema for editors. Files that are right already are left alone.
 */
export async function compileSchemas(): Promise<void> {
  await Promise.all([
    write('lambda/smartsupp/hook.validate.generated.cjs', validator(hookSchema, {})),
    write('lambda/smartsupp/hook.faults.generated.cjs', validator(hookSchema, { allErrors: true })),
    write(
      'lambda/config/config.validate.generated.cjs',
      validator(configSchema, { allErrors: true, useDefaults: true }),
    ),
    write('forwarder.schema.json', `${JSON.stringify(configSchema, null, 2)}\n`),
  ]);
}

function validator(
  schema: AnySchemaObject,
  options: { readonly allErrors?: boolean; readonly useDefaults?: boolean },
): string {
  const ajv = new Ajv({
    ...options,
    strict: true,
    allowUnionTypes: true,
    discriminator: true,
    code: { source: true, lines: true },
  });
  return standalone.default(ajv, ajv.compile(schema));
}

async function write(path: string, content: string): Promise<void> {
  const file = join(root, path);
  const present = await readFile(file, 'utf8').catch(() => undefined);
  if (present !== content) await writeFile(file, content);
}
