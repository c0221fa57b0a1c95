/** `JSON.parse` with line and column in its SyntaxError, which V8's often lacks. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    const before = text.slice(0, errorPosition(text)).split('\n');
    const place = `line ${before.length}, column ${(before.at(-1)?.length ?? 0) + 1}`;
    throw new SyntaxError(`${place}: ${reasonOf(cause)}`, { cause });
  }
}

/** The first wrong character: the text before it is a valid beginning. */
function errorPosition(text: string): number {
  let good = 0;
  let bad = text.length + 1;
  while (bad - good > 1) {
    const middle = (good + bad) >>> 1;
    if (isValidPrefix(text.slice(0, middle))) good = middle;
    else bad = middle;
  }
  return good;
}

function isValidPrefix(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch (error) {
    const words = String(error);
    const [, position] = /at position (\d+)/.exec(words) ?? [];
    return /Unexpected end|Unterminated/.test(words) || position === String(text.length);
  }
}

const reasonOf = (error: unknown) =>
  (error instanceof Error ? error.message : String(error)).replace(/(, \.*".*| (in JSON )?at position .*)$/s, '');
