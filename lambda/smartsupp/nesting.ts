const quote = 0x22;
const backslash = 0x5c;
const openBracket = 0x5b;
const closeBracket = 0x5d;
const openBrace = 0x7b;
const closeBrace = 0x7d;

/** Whether arrays and objects in a JSON text are nested more than so many levels deep. Allocates nothing. */
export function nestsDeeper(json: string, levels: number): boolean {
  // Nearly no chat has that many brackets, and searching for them takes a tenth of the time of a full scan.
  return hasMoreBrackets(json, levels) && isDeeper(json, levels);
}

function hasMoreBrackets(json: string, limit: number): boolean {
  let count = 0;
  for (const bracket of ['{', '[']) {
    for (let at = json.indexOf(bracket); at !== -1; at = json.indexOf(bracket, at + 1)) {
      count += 1;
      if (count > limit) return true;
    }
  }
  return false;
}

function isDeeper(json: string, levels: number): boolean {
  let level = 0;
  let inText = false;
  for (let at = 0; at < json.length; at += 1) {
    const unit = json.charCodeAt(at);
    if (unit === quote) inText = !inText;
    else if (inText) at += unit === backslash ? 1 : 0;
    else if (unit === openBracket || unit === openBrace) level += 1;
    else if (unit === closeBracket || unit === closeBrace) level -= 1;
    if (level > levels) return true;
  }
  return false;
}
