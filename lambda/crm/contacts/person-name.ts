/** Unknown parts are absent, never empty. A first name never comes alone. */
export type PersonName = {
  readonly first?: string;
  readonly last?: string;
  /** The same as `last`, if the name is a company's. */
  readonly company?: string;
};

const maxNameLength = 120;

/**
 * Splits a typed name. Handles academic titles and numbers after the name (left out), `Novák, Jan`, surnames in
 * capitals, particles (`van Beethoven`), suffixes (`Novák ml.`), and surname first in Hungary and in Chinese, Japanese
 * and Korean script. `Visitor 123` is not a name. A company's name, and any other that cannot be split with certainty,
 * becomes the last name as a whole: no first name is invented.
 */
export function splitName(typed: string | null, countryCode: string | null): PersonName {
  const name = clean(typed ?? '');
  if (isNoName(name)) return {};
  if (isCompanyName(name)) return { last: name, company: name };
  const person = name.replace(numberBehind, '');
  const [left = [], ...right] = person.split(',').map(wordsOf);
  const all = [...left, ...right.flat()];
  const isSuffixed = all.length > 1 && isSuffix(all.at(-1));
  const suffix = isSuffixed ? ` ${all.at(-1)}` : '';
  const [words, after] = isSuffixed ? [all.slice(0, -1), right.flat().slice(0, -1)] : [all, right.flat()];
  if (words.length < 2) return { last: lastOf(person, words[0], suffix) };
  if (isDoubtful(words)) return { last: person };
  const before = words.slice(0, words.length - after.length);
  if (after.length > 0 && before.length > 0) return named(after, before, suffix);
  const [from, to] = surname(words, countryCode);
  return named([...words.slice(0, from), ...words.slice(to)], words.slice(from, to), suffix);
}

/** Longer than any name: `normalize` takes quadratic time on a run of accents. */
const maxTypedLength = 1000;

function clean(text: string): string {
  return text
    .slice(0, maxTypedLength)
    .toWellFormed()
    .normalize('NFC')
    .replace(/[\u061c\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/g, '')
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .trim();
}

const isNoName = (name: string) =>
  name.length > maxNameLength || name.includes('@') || !/\p{L}/u.test(name) || isNobody(name);

/** A customer's number, as in `Jan Novák (42)`, or a year. */
const numberBehind = /(?:[\s,]+(?:\(\s*#?\d+\s*\)|#?\d+))+$/u;

/** The words of a name without the titles around it, even without a space: `Mgr.Jana`. */
function wordsOf(text: string): readonly string[] {
  const words = text.split(' ').filter(Boolean).flatMap(unglued);
  const first = words.findIndex((word) => !isTitle(word));
  return first < 0 ? [] : words.slice(first, words.findLastIndex((word) => !isTitle(word)) + 1);
}

function unglued(word: string): readonly string[] {
  const end = isTitle(word) ? -1 : word.search(/\.\p{L}/u) + 1;
  const title = word.slice(0, Math.max(end, 0));
  return title !== '' && isTitle(title) ? [title, ...unglued(word.slice(end))] : [word];
}

const titles = new Set(
  (
    'mr mrs ms miss mx dr prof doc ing arch bc mgr mga judr mudr mvdr mddr phdr rndr pharmdr thdr paeddr rsdr ' +
    'phd csc drsc dsc mba llm msc dis pan paní pani slečna herr frau dipl-ing ifj özv'
  ).split(' '),
);

/** Titles that only go with a surname. `P.` is an initial. */
const isOfSurname = (word: string) => /^(?:p\.|[Pp]í\.?)$/.test(word);

const isTitle = (word: string) => isOfSurname(word) || titles.has(word.toLowerCase().replaceAll('.', ''));

/** The title of a single word stays, since the word may be either name: `Dr. No`, `Pan Tadeusz`. */
function lastOf(name: string, word: string | undefined, suffix: string): string {
  const [title = ''] = name.split(' ').flatMap(unglued);
  const isOnlyWord = name === `${word}${suffix}` || name === `${word},`;
  return word !== undefined && (isOnlyWord || isOfSurname(title)) ? word + suffix : name;
}

const suffixes = new Set('jr sr jun sen junior senior ml st mladší starší ii iii iv'.split(' '));

const isSuffix = (word: string | undefined) =>
  word !== undefined && suffixes.has(word.toLowerCase().replaceAll('.', ''));

const maxWords = 5;
const nameWord = /^[\p{L}\p{M}'’.\u2010・\ufffd-]+$/u;
/** Between the names of a couple, or in a sentence. */
const conjunctions = new Set('a i and und et e y és és'.split(' '));

function isDoubtful(words: readonly string[]): boolean {
  const isCouple = words.slice(1, -1).some((word) => conjunctions.has(word));
  return isCouple || words.length > maxWords || !words.every((word) => nameWord.test(word)) || isTown(words.at(-1));
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

const named = (first: readonly string[], last: readonly string[], suffix: string): PersonName => ({
  first: first.join(' '),
  last: last.join(' ') + suffix,
});

/** In lower case and without accents, so that `Navstevnik` is `návštěvník`. */
const withoutAccents = (text: string): string => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();

/** Names that chat widgets, shops and forms give to somebody they do not know, folded. */
const nobodies = new Set(
  (
    'visitor guest anonymous unknown user customer client n/a na test none null undefined ' +
    'navstevnik navstevnice host zakaznik zakaznice klient klientka uzivatel neznamy neznama anonym anonymni anonymny ' +
    'besucher besucherin gast kunde kundin benutzer unbekannt unbekannter visiteur invite anonyme inconnu ' +
    'visitante invitado cliente anonimo desconocido visitatore ospite sconosciuto ' +
    'gosc odwiedzajacy nieznany uzytkownik latogato vendeg ismeretlen'
  ).split(' '),
);

/** Only count next to one of the names above: `Web visitor`, `Nový zákazník`. Some are surnames. */
const qualifiers = new Set(
  'web website online chat shop new novy nova neuer neue nouveau nuevo nuovo nowy uj on a the site na webu'.split(' '),
);

/** `#12`, `(7)`, `a1b2`, `V000123`. */
const isNumber = (word: string) => /^(?:[#(]+[\w-]+\)*|(?=.*\d)[\da-f-]{2,}|[a-z]{0,2}\d+)$/.test(word);

/** `Visitor #a1b2`, `Web visitor`, `Zákazník`, `V000123`: a placeholder, not a name. */
function isNobody(name: string): boolean {
  const words = withoutAccents(name)
    .split(/[\s,:_]+/)
    .filter((word) => word !== '' && word !== '#');
  const others = words.filter((word) => !isNumber(word));
  if (others.length === 0) return /^[#(]*[a-z]{0,2}-?\d{3,}\)*$|^#/i.test(words.join(''));
  return others.some(isNobodyWord) && others.every((word) => isNobodyWord(word) || qualifiers.has(word));
}

/** A number may follow: `Visitor12`. */
const isNobodyWord = (word: string) => nobodies.has(word.replace(/#?\d+$/, ''));

/** Legal forms with dots: `s.r.o.`, `spol. s r. o.`. Never first in a name, since `A.S.` are then initials. */
const dottedForms =
  /[\s,](?:(?:spol\. ?)?s[. ]r\.?o|a\.s|v\.o\.s|k\.s|z\.s|z\.ú|o\.p\.s|s\.p|o\.o|sp\.[kj]|d\.o\.o|s\.r\.l|s\.p\.a|s\.a(?:\.s|\.r\.l)?|s\.l|b\.v|n\.v|e\.v|e\.k)\.?(?=$|[\s,;)])/;
const forms = new Set(
  'gmbh mbh ltd limited inc llc llp plc corp corporation kft zrt nyrt sro sarl srl eurl gbr ohg bt'.split(' '),
);
/** Only in capitals: in lower case these may be words or names. */
const capitals = new Set('AG KG SA SAS AB SE BV NV UG SL AS OY EV'.split(' '));

/** Kinds of firms, offices and clubs, folded. */
const kinds = new Set(
  (
    'firma spolecnost spolocnost obec mestsky urad skola gymnazium nemocnice nemocnica lekarna lekaren hotel penzion ' +
    'pension restaurace restauracia restaurant kavarna hospoda autoservis obchod eshop e-shop shop store nadace ' +
    'nadacia spolek klub tym team group holding company solutions services consulting studio agency agentura ' +
    'agentur banka bank pojistovna univerzita universita university universitat institut stiftung verein schule ' +
    'apotheke gasthaus sklep szkola hurtownia'
  ).split(' '),
);

const towns = new Set(
  (
    'praha brno ostrava plzen olomouc liberec pardubice zlin kladno opava bratislava kosice presov zilina trnava ' +
    'nitra trencin warszawa krakow wroclaw poznan gdansk katowice lodz budapest debrecen szeged wien graz linz ' +
    'salzburg berlin hamburg munchen koln frankfurt stuttgart dresden leipzig cz sk'
  ).split(' '),
);

const isTown = (word: string | undefined): boolean => word !== undefined && towns.has(withoutAccents(word));

/** `ACME s.r.o.`, `Alza.cz`, `Hotel Slavia`, `Novák & syn`, and a name in capitals before a town: `IKEA Praha`. */
function isCompanyName(name: string): boolean {
  const all = name.split(/[\s,]+/).filter(Boolean);
  const [first = ''] = all;
  return (
    dottedForms.test(name.toLowerCase().replace(/\. +/g, '.')) ||
    all.slice(1).some((word) => forms.has(word.toLowerCase().replaceAll('.', '')) || capitals.has(word)) ||
    all.some(
      (word) =>
        kinds.has(withoutAccents(word)) || /^[\p{L}\d-]{2,}\.(?:cz|sk|pl|hu|de|at|eu|com|net|shop)$/iu.test(word),
    ) ||
    (all.length > 1 && /^\p{Lu}{2,}$/u.test(first) && isTown(all.at(-1))) ||
    /\p{L}\.? (?:&|\+) (?:syn|synové|sons?|söhne|co|partner|partneři)(?!\p{L})/iu.test(name)
  );
}
