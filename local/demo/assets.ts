import { readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { Hono } from 'hono';

const directory = join(import.meta.dirname, 'assets');

const types: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
};

/** The page's own files, by their names below `/demo/`, read once. */
export function createAssets(): Hono {
  const app = new Hono();
  for (const file of readdirSync(directory)) {
    const type = types[extname(file)];
    const content = readFileSync(join(directory, file), 'utf8');
    if (type) app.get(`/demo/${file}`, (context) => context.body(content, 200, { 'Content-Type': type }));
  }
  return app;
}
