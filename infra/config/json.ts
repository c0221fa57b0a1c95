import {
  findNodeAtLocation,
  getNodePath,
  type Node,
  type ParseError,
  parseTree,
  printParseErrorCode,
} from 'jsonc-parser';

/** A part of the text, in UTF-16 units. */
export type Range = { readonly offset: number; readonly length: number };

export type Json = {
  readonly value: unknown;
  /** Keys that an object has twice: only the last would count, silently. */
  readonly duplicates: readonly Duplicate[];
  /** The place of a pointer's value or name; if it is missing, of the object that lacks it. */
  readonly rangeOf: (pointer: string, part?: 'value' | 'name') => Range;
  /** The place of some characters of a string, however they are escaped. */
  readonly rangeWithin: (pointer: string, characters: Range) => Range;
};

type Duplicate = { readonly pointer: string; readonly text: string; readonly range: Range };

export class JsonError extends SyntaxError {
  override readonly name = 'JsonError';
  readonly range: Range;

  constructor(message: string, range: Range, options?: ErrorOptions) {
    super(message, options);
    this.range = range;
  }
}

/** Editors on Windows write a byte order mark, which `JSON.parse` refuses. */
export const withoutByteOrderMark = (text: string): string => text.replace(/^\ufeff/, '');

/** `JSON.parse`, with places. A byte order mark must be gone. Throws a JsonError. */
export function parseJson(text: string): Json {
  const errors: ParseError[] = [];
  const root = parseTree(text, errors, { disallowComments: true, allowTrailingComma: false });
  const [error] = errors;
  if (error !== undefined) throw new JsonError(wordsFor(text, error), error);
  const value = parsed(text);
  const rangeOf: Json['rangeOf'] = (pointer, part = 'value') => {
    const path = namesIn(pointer);
    const node = root && nodeAt(root, path);
    if (node === undefined && path.length > 0) {
      return { ...rangeOf(pointer.slice(0, pointer.lastIndexOf('/'))), length: 1 };
    }
    if (node === undefined) return start;
    return (part === 'name' && node.parent?.type === 'property' ? node.parent.children?.[0] : node) ?? node;
  };
  return {
    value,
    duplicates: root === undefined ? [] : duplicatesIn(root),
    rangeOf,
    rangeWithin: (pointer, { offset, length }) => {
      const range = rangeOf(pointer);
      const written = text.slice(range.offset + 1, range.offset + range.length - 1).match(character) ?? [];
      const widthOf = (from: number, to?: number) => written.slice(from, to).join('').length;
      return { offset: range.offset + 1 + widthOf(0, offset), length: widthOf(offset, offset + length) };
    },
  };
}

const start: Range = { offset: 0, length: 1 };

/** One UTF-16 unit in a JSON string. */
const character = /\\u[\da-f]{4}|\\.|./gis;

/** The names in a JSON pointer. */
export const namesIn = (pointer: string): readonly string[] =>
  pointer
    .split('/')
    .slice(1)
    .map((name) => name.replaceAll('~1', '/').replaceAll('~0', '~'));

export const pointerOf = (names: readonly (string | number)[]): string =>
  names.map((name) => `/${String(name).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');

function nodeAt(root: Node, path: readonly string[]): Node | undefined {
  let node: Node | undefined = root;
  for (const name of path) node = node && findNodeAtLocation(node, [node.type === 'array' ? Number(name) : name]);
  return node;
}

function duplicatesIn(node: Node): readonly Duplicate[] {
  const keys = node.type === 'object' ? (node.children ?? []).flatMap(({ children: [key] = [] }) => key ?? []) : [];
  const names = keys.map(({ value }) => String(value));
  const own = keys.flatMap((key, index) => {
    const name = String(key.value);
    if (names.indexOf(name) === index) return [];
    const text = `"${name}" is here twice, and only one can count. Take one out.`;
    return [{ pointer: pointerOf([...getNodePath(node), name]), text, range: key }];
  });
  return [...own, ...(node.children ?? []).flatMap(duplicatesIn)];
}

/** The parser's errors in words. */
function wordsFor(text: string, { error, offset, length }: ParseError): string {
  const written = text.slice(offset, offset + length);
  const isAfterComma = /,\s*$/.test(text.slice(0, offset));
  if (isAfterComma && /^[\]}]/.test(written)) return 'a comma after the last entry. Take it out';
  if (text.trim() === '') return 'it is empty. Delete it, and npx forwarder init writes one';
  switch (printParseErrorCode(error)) {
    case 'InvalidCommentToken':
    case 'UnexpectedEndOfComment':
      return 'a comment, which JSON does not have. Take it out';
    case 'InvalidSymbol':
      return /^['‘’“”]/.test(written)
        ? `${quoted(written)} has other quotes than "…"`
        : `${quoted(written)} is not a value. Text and names stand in "…"; other values are numbers, true, false, null`;
    case 'PropertyNameExpected':
      return 'a name in "…" must stand here';
    case 'ValueExpected':
      return 'a value must stand here';
    case 'ColonExpected':
      return 'a colon must stand here, between name and value';
    case 'CommaExpected':
      return 'a comma must stand before this';
    case 'CloseBraceExpected':
      return 'it ends without the closing }';
    case 'CloseBracketExpected':
      return 'it ends without the closing ]';
    case 'EndOfFileExpected':
      return 'it must end before this';
    case 'UnexpectedEndOfString':
      return 'this text has no closing " in its line. A line break in it is \\n';
    case 'InvalidEscapeCharacter':
      return `${quoted(written)} has a \\ that means nothing. A backslash itself is \\\\`;
    case 'InvalidUnicode':
      return `${quoted(written)} has a \\u without four hexadecimal digits`;
    case 'InvalidCharacter':
      return `${quoted(written)} has a tab or another control character. A tab is \\t`;
    default:
      return `${quoted(written)} is not JSON`;
  }
}

const quoted = (written: string) => (written.length > 30 ? `${written.slice(0, 30)}…` : written);

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new JsonError(cause instanceof Error ? cause.message : String(cause), start, { cause });
  }
}
