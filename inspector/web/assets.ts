import { readdirSync, readFileSync } from 'node:fs';
import { basename, extname, join } from 'node:path';
import { Hono } from 'hono';

/** The inspector's own styles and script. */
export const inspectorAssets = join(import.meta.dirname, '../assets');

const types: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
};

export function createAssets(directories: readonly string[]): Hono {
  const app = new Hono();
  for (const file of directories.flatMap((directory) => readdirSync(directory).map((name) => join(directory, name)))) {
    const type = types[extname(file)];
    const content = readFileSync(file, 'utf8');
    if (type) app.get(`/assets/${basename(file)}`, (context) => context.body(content, 200, { 'Content-Type': type }));
  }
  return app;
}
