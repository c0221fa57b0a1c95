import { existsSync, readFileSync, realpathSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import type { Config, Destination } from '../../../lambda/config/config.ts';
import { parseConfig } from '../../../lambda/config/load.ts';
import { localConfig } from '../../../local/config.ts';

type Content = Readonly<Record<string, unknown>>;

/** `forwarder.json` as it is, and what is in it. */
export type ConfigFile = {
  readonly path: string;
  /** What is written there, in its order; nothing of it gets lost. */
  readonly content: Content;
  /** The same, checked and with defaults filled in. */
  readonly config: Config;
  /** The destinations' names, without the demo CRM that the project comes with: that one gives way. */
  readonly destinations: readonly string[];
  /** The demo CRM's name, where it is among them. */
  readonly demo: string | undefined;
};

/** @throws ConfigError where the file is there and has mistakes */
export function readConfigFile(path: string): ConfigFile {
  const text = existsSync(path) ? readFileSync(path, 'utf8') : JSON.stringify({ destinations: [] });
  const config = parseConfig(path, text);
  const { demoDestination: demo } = localConfig(text, 'http://127.0.0.1:3000');
  const destinations = config.destinations.map(({ name }) => name).filter((name) => name !== demo);
  return { path, content: JSON.parse(text), config, destinations, demo };
}

/** A destination as it is written there, without any defaults; undefined where there is none of that name. */
export const destinationIn = ({ content }: ConfigFile, name: string | undefined): Content | undefined =>
  destinationsIn(content).find((each) => each['name'] === name);

const destinationsIn = ({ destinations }: Content): readonly Content[] =>
  Array.isArray(destinations) ? destinations.map(Object) : [];

/** A destination as it is to be written; its schema has not seen it yet. */
export type Draft = { readonly name: string; readonly adapter: Destination['adapter'] } & Content;

type Changes = {
  readonly draft: Draft;
  /** The name of the one in whose place it comes; else it is added. */
  readonly replaces: string | undefined;
  readonly general: Content;
};

/** The content with a destination more, or another in its place. */
export function changedContent(
  { path, content, destinations }: ConfigFile,
  { draft, replaces, general }: Changes,
): Content {
  const kept = destinationsIn(content).filter((each) => destinations.includes(String(each['name'])));
  const changed = kept.map((each) => (each['name'] === replaces ? draft : each));
  const { $schema = schemaFor(path), destinations: _, ...others } = content;
  return { $schema, ...others, ...general, destinations: replaces === undefined ? [...kept, draft] : changed };
}

/** @throws ConfigError listing every mistake */
export const checkedContent = (path: string, content: Content): Config => parseConfig(path, JSON.stringify(content));

/** Whole or not at all. */
export function writeConfigFile(path: string, content: Content): void {
  const file = existsSync(path) ? realpathSync(path) : path;
  const mode = statSync(file, { throwIfNoEntry: false })?.mode ?? 0o644;
  writeFileSync(`${file}.new`, `${JSON.stringify(content, null, 2)}\n`, { mode });
  renameSync(`${file}.new`, file);
}

/** By which editors help: the project's own, wherever the file is. */
function schemaFor(path: string): string {
  const schema = join(import.meta.dirname, '..', '..', '..', 'forwarder.schema.json');
  const way = relative(dirname(path), schema).split(sep).join('/');
  return way.startsWith('.') ? way : `./${way}`;
}
