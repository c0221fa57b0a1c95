/** Unknown parts are absent, never empty. There is never only a last name. */
export type PersonName = { readonly first?: string; readonly last?: string };

const maxNameLength = 120;

/**
 * Splits a typed name. Handles academic titles (left out), `Novák, Jan`, surnames in capitals, particles (`van
 * Beethoven`), and surname first in Hungary and in Chinese, Japanese and Korean script. `Visitor 123` is not a name.
 */
export function splitName(typed: string | null, countryCode: string | null): PersonName {
  const name = clean(typed ?? '');
  if (isNoName(name)) return {};
  const [left = [], ...right] = name.split(',').map((part) => withoutTitles(part.split(' ').filter(Boolean)));
  const after = right.filter((words) => words.length > 0).flat();
  if (after.length > 0 && left.length > 0) return named(after, left);
  const words = [...left, ...after];
  if (words.length < 2) return { first: words[0] ?? name };
  const [from, to] = surname(words, countryCode);
  return named([...words.slice(0, from), ...words.slice(to)], words.slice(from, to));
}

function clean(text: string): string {
  return text
    .toWellFormed()
    .normalize('NFC')
    .replace(/[\u061c\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/g, '')
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .trim();
}

/** Names that chat widgets give to nameless visitors, with or without a number. */
const widgetNames = new Set(
  (
    'visitor guest anonymous unknown user customer n/a na test none null undefined ' +
    'návštěvník návštevník host besucher gast visiteur visitante visitatore ospite gość látogató'
  ).split(' '),
);

const isWidgetName = (name: string) => widgetNames.has(name.toLowerCase().replace(/ ?#?\d+$/, ''));

const isNoName = (name: string) =>
  name.length > maxNameLength || name.includes('@') || !/\p{L}/u.test(name) || isWidgetName(name);

const titles = new Set(
  (
    'mr mrs ms miss mx dr prof doc ing arch bc mgr mga judr mudr mvdr mddr phdr rndr pharmdr thdr paeddr rsdr ' +
    'phd csc drsc dsc mba llm msc dis pan paní pani slečna herr frau dipl-ing'
  ).split(' '),
);

const isTitle = (word: string) => titles.has(word.toLowerCase().replaceAll('.', ''));

function withoutTitles(words: readonly string[]): readonly string[] {
  const first = words.findIndex((word) => !isTitle(word));
  return first < 0 ? [] : words.slice(first, words.findLastIndex((word) => !isTitle(word)) + 1);
}

const particles = new Set(
  'van von vom zu zum de del della der den des di da do dos das du la le lo el al bin ibn ter ten af av'.split(' '),
);

function surname(words: readonly string[], countryCode: string | null): readonly [number, number] {
  const last = words.length - 1;
  if (isInCapitals(words[0]) && !isInCapitals(words[last])) return [0, words.findIndex((word) => !isInCapitals(word))];
  if (isInCapitals(words[last]) && !isInCapitals(words[0])) {
    return [words.findLastIndex((word) => !isInCapitals(word)) + 1, words.length];
  }
  if (countryCode?.toUpperCase() === 'HU' || isEastAsian(words.join(''))) return [0, 1];
  const particle = words.findIndex((word, index) => index > 0 && index < last && particles.has(word.toLowerCase()));
  return [particle > 0 ? particle : last, words.length];
}

const isInCapitals = (word: string | undefined) => word !== undefined && /^\p{Lu}[\p{Lu}'’-]+$/u.test(word);

const isEastAsian = (text: string) =>
  /^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}ー・]+$/u.test(text);

const named = (first: readonly string[], last: readonly string[]): PersonName => ({
  first: first.join(' '),
  last: last.join(' '),
});
