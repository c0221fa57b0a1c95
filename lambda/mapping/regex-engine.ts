import type { RE2JS } from 're2js';

/**
 * The engine for the regular expressions of a JSONata expression: RE2, which matches in linear time. JavaScript's own may
 * take longer than anybody waits, and JSONata's time limit does not interrupt it.
 * @param timeoutMs for one search through a text with all its matches
 * @returns undefined if there is no regular expression
 * @throws UnsupportedRegex
 */
export async function regexEngineFor(tree: unknown, timeoutMs: number): Promise<RegExpConstructor | undefined> {
  const nodes = nodesOf(tree).filter(({ type, value }) => type === 'regex' && value instanceof RegExp);
  if (nodes.length === 0) return undefined;
  // Loaded only for a regular expression, to save cold-start time.
  const { RE2JS } = await import('re2js');
  const compiled = new Map<string, RE2JS>();
  for (const { value, position } of nodes) {
    if (!(value instanceof RegExp)) continue;
    try {
      if (backReference.test(value.source)) throw new Error('a back-reference');
      compiled.set(String(value), RE2JS.compile(RE2JS.translateRegExp(value)));
    } catch (error) {
      throw new UnsupportedRegex(value.source, Number(position), error);
    }
  }
  return new Proxy(RegExp, {
    construct: (_target, [literal]: readonly unknown[]) => {
      const regex = compiled.get(String(literal));
      if (regex === undefined) throw new Error('A regular expression was not compiled.');
      return new LinearRegex(regex, timeoutMs);
    },
  });
}

/** As JSONata uses a RegExp: it sets `lastIndex`, and calls `exec`. */
class LinearRegex {
  lastIndex = 0;
  readonly #regex: RE2JS;
  readonly #endsAt: number;

  constructor(regex: RE2JS, timeoutMs: number) {
    this.#regex = regex;
    this.#endsAt = performance.now() + timeoutMs;
  }

  exec(text: unknown) {
    // A search is linear, but a text can have as many matches as characters, each looked for to the text's end.
    if (performance.now() > this.#endsAt) throw new RegexTimeout();
    const matcher = this.#regex.matcher(String(text));
    if (!matcher.find(this.lastIndex)) return null;
    this.lastIndex = matcher.end();
    const groups = Array.from({ length: matcher.groupCount() + 1 }, (_, at) => matcher.group(at) ?? undefined);
    return Object.assign(groups, { index: matcher.start() });
  }
}

class RegexTimeout extends Error {
  /** JSONata's code for an expression that takes too long. */
  readonly code = 'D1012';
}

/** RE2 refuses the regular expression, or would read it otherwise. */
class UnsupportedRegex extends Error {
  override readonly name = 'UnsupportedRegex';
  readonly position: number;

  constructor(source: string, position: number, cause: unknown) {
    super(`the regular expression /${source}/ cannot be matched in linear time: ${adviceOn(source, cause)}`, { cause });
    this.position = position;
  }
}

const lookAround = /\(\?<?[=!]/;
const backReference = /(?<!\\)(?:\\\\)*\\(?:[1-9]|k<)/;

function adviceOn(source: string, cause: unknown): string {
  if (lookAround.test(source)) {
    return 'it looks ahead or behind. Test each part by itself, as in $contains(text, /a/) and $not($contains(text, /b/))';
  }
  if (backReference.test(source)) return 'it refers back to a group. Write out what may stand there, as in /aa|bb/';
  const reason = cause instanceof Error ? cause.message.replace('error parsing regexp: ', '') : 'it is not RE2';
  return `${reason}. See https://github.com/google/re2/wiki/Syntax for what may stand there`;
}

/** A node of JSONata's syntax tree. */
export type Node = Readonly<Record<string, unknown>>;

/** Every node of a syntax tree, however deep. */
export function nodesOf(tree: unknown): readonly Node[] {
  const nodes = new Set<Node>();
  const visit = (value: unknown) => {
    if (!isNode(value) || nodes.has(value)) return;
    nodes.add(value);
    Object.values(value).forEach(visit);
  };
  visit(tree);
  return [...nodes];
}

export const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null;
