import { existsSync, readFileSync, realpathSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { withoutByteOrderMark } from '../../../infra/config/json.ts';
import { parseConfig } from '../../../infra/config/load.ts';
import type { Config } from '../../../lambda/config/config.ts';
import type { Destination } from '../../../lambda/crm/catalogue.ts';
import { localConfig } from '../../../local/assemble.ts';

type Content = Readonly<Record<string, unknown>>;

export type ConfigFile = {
  readonly path: string;
  readonly content: Content;
  /** The content, checked and with defaults. */
  readonly config: Config;
  /** Without the bundled demo CRM, which is removed. */
  readonly destinations: readonly string[];
  /** The demo CRM's name, if it is among them. */
  readonly demo: string | undefined;
};

/** @throws ConfigError if the file has mistakes */
export function readConfigFile(path: string): ConfigFile {
  const text = existsSync(path) ? withoutByteOrderMark(readFileSync(path, 'utf8')) : textOf({ destinations: [] });
  const config = parseConfig(path, text);
  const { demoDestination: demo } = localConfig(text, 'http://127.0.0.1:3000');
  const destinations = config.destinations.map(({ name }) => name).filter((name) => name !== demo);
  return { path, content: JSON.parse(text), config, destinations, demo };
}

/** The destination as written, without defaults. */
export const destinationIn = ({ content }: ConfigFile, name: string | undefined): Content | undefined =>
  destinationsIn(content).find((each) => each['name'] === name);

const destinationsIn = ({ destinations }: Content): readonly Content[] =>
  Array.isArray(destinations) ? destinations.map(Object) : [];

export type Draft = { readonly name: string; readonly adapter: Destination['adapter'] } & Content;

type Changes = {
  readonly draft: Draft;
  /** The name of the destination that it replaces; otherwise it is added. */
  readonly replaces: string | undefined;
  readonly general: Content;
};

export function changedContent(
  { path, content, destinations }: ConfigFile,
  { draft, replaces, general }: Changes,
): Content {
  const kept = destinationsIn(content).filter((each) => destinations.includes(String(each['name'])));
  const changed = kept.map((each) => (each['name'] === replaces ? draft : each));
  const { $schema = schemaFor(path), destinations: _, ...others } = content;
  return { $schema, ...others, ...general, destinations: replaces === undefined ? [...kept, draft] : changed };
}

/** @throws ConfigError listing every mistake, by its place in the file that would be written */
export const checkedContent = (path: string, content: Content): Config => parseConfig(path, textOf(content));

const textOf = (content: Content) => `${JSON.stringify(content, null, 2)}\n`;

/** Atomic. */
export function writeConfigFile(path: string, content: Content): void {
  const file = existsSync(path) ? realpathSync(path) : path;
  const mode = statSync(file, { throwIfNoEntry: false })?.mode ?? 0o644;
  writeFileSync(`${file}.new`, textOf(content), { mode });
  renameSync(`${file}.new`, file);
}

/** The project's own schema, relative to the file, for editors. */
function schemaFor(path: string): string {
  const schema = join(import.meta.dirname, '..', '..', '..', 'forwarder.schema.json');
  const way = relative(dirname(path), schema).split(sep).join('/');
  return way.startsWith('.') ? way : `./${way}`;
}
