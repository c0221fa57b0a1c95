import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

export type Handler = (event: unknown, context: unknown) => unknown;

class RuntimeError extends Error {
  constructor(name: string, message: string) {
    super(message);
    this.name = `Runtime.${name}`;
  }
}

/** Loads the function that `Handler` names, such as `index.handler`. Throws RuntimeError named as on Lambda. */
export async function loadHandler(taskRoot: string, handler: string): Promise<Handler> {
  const [, path = '', name = ''] = /^(.*)\.([^.]+)$/.exec(handler) ?? [];
  const file = ['.js', '.mjs', '.cjs'].map((extension) => join(taskRoot, path + extension)).find(existsSync);
  if (!file) throw new RuntimeError('ImportModuleError', `Cannot find module '${path}' in ${taskRoot}`);
  const loaded: unknown = await import(pathToFileURL(file).href);
  const found = member(loaded, name) ?? member(member(loaded, 'default'), name);
  if (!isHandler(found)) throw new RuntimeError('HandlerNotFound', `${handler} is undefined or not a function`);
  // Node.js 24 on Lambda counts the declared parameters.
  if (found.length >= 3) {
    throw new RuntimeError(
      'CallbackHandlerDeprecated',
      `${handler} takes a callback, which Node.js 24 no longer gives. Declare at most two parameters and return a promise.`,
    );
  }
  return found;
}

const member = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null && name in value ? Reflect.get(value, name) : undefined;

const isHandler = (value: unknown): value is Handler => typeof value === 'function';
